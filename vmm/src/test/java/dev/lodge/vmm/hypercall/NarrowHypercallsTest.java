package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.*;
import static dev.lodge.vmm.abi.MemoryAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.HvmAbi;
import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.abi.VcpuAbi;
import dev.lodge.vmm.abi.VersionAbi;
import dev.lodge.vmm.memory.GuestCopy;
import dev.lodge.vmm.memory.TestPaging;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What 32-bit code asks for, in structures of its own form. It runs without paging here, as a PVH kernel begins. */
class NarrowHypercallsTest {

    private static final int SELF = DomainIds.DOMID_SELF;

    /** In RAM of the guest's, which it addresses physically. */
    private static final int ARG = 0x4_0000;

    private static final int LIST = 0x4_1000;
    private static final int NOWHERE = 0x7000_0000;

    private final HypercallFixture guest = new HypercallFixture();
    private final Caller caller = new Caller(
            guest.domain,
            0,
            new GuestCopy(guest.domain.memory(), TestPaging.none()),
            Arena.ofAuto().allocate(4096, 8));

    NarrowHypercallsTest() {
        caller.setWidth(GuestWidth.BITS_32);
    }

    private long call(int number, long a1, long a2, long a3) {
        return guest.callBy(caller, number, a1, a2, a3);
    }

    private int put(int address, int... words) {
        for (int i = 0; i < words.length; i++) {
            guest.domain.ram.set(ValueLayout.JAVA_INT, address + 4L * i, words[i]);
        }
        return address;
    }

    private int get(int address) {
        return guest.domain.ram.get(ValueLayout.JAVA_INT, address);
    }

    @Test
    void aBalloonsFrameNumbersAreOf32Bits() {
        put(LIST, 0x90, 0x91, 0x92);
        put(ARG, LIST, 3, 0, 0, SELF);
        assertEquals(3, call(memory_op, XENMEM_decrease_reservation, ARG, 0));
        assertEquals(FakeDomain.RAM_SIZE / 4096 - 3, call(memory_op, XENMEM_current_reservation, put(LIST, SELF), 0));
        put(LIST, 0x92, 0xdead);
        put(ARG, LIST, 2, 0, 0, SELF);
        assertEquals(1, call(memory_op, XENMEM_populate_physmap, ARG, 0));
    }

    @Test
    void aListThatGoesOnWhereNothingIsIsDealtWithUpToThere() {
        int last = (int) FakeDomain.RAM_SIZE - 8;
        put(last, 0x90, 0x91);
        put(ARG, last, 3, 0, 0, SELF);
        assertEquals(2, call(memory_op, XENMEM_decrease_reservation, ARG, 0));
    }

    @Test
    void sharedInfoIsPlacedAndIsOfTheCallersWidthFromThenOn() {
        assertEquals(GuestWidth.BITS_64, guest.domain.width());
        put(ARG, SELF, XENMAPSPACE_shared_info, 0, 0xa0);
        assertEquals(0, call(memory_op, XENMEM_add_to_physmap, ARG, 0));
        assertEquals(GuestWidth.BITS_32, guest.domain.width());
        assertEquals(
                guest.domain.ram.address() + 0xa0_000,
                guest.domain.events().places().sharedInfo().address());
    }

    @Test
    void sayingHowEventsInterruptMakesTheDomainOfTheCallersWidth() {
        put(ARG, SELF, HvmAbi.HVM_PARAM_CALLBACK_IRQ, 0xf3, HvmAbi.HVM_PARAM_CALLBACK_TYPE_VECTOR << 24);
        assertEquals(0, call(hvm_op, HvmAbi.HVMOP_set_param, ARG, 0));
        assertEquals(GuestWidth.BITS_32, guest.domain.width());
        assertEquals(0xf3, guest.domain.callbackVector);
        caller.setWidth(GuestWidth.BITS_64);
        assertEquals(0, call(hvm_op, HvmAbi.HVMOP_set_param, ARG, 0));
        assertEquals(GuestWidth.BITS_64, guest.domain.width());
    }

    @Test
    void framesArePlacedByTheBatch() {
        put(ARG, SELF | XENMAPSPACE_gmfn << 16, 2, LIST, LIST + 16, LIST + 32);
        put(LIST, 0x90, 0x91);
        put(LIST + 16, 0xa0, 0xffff_ffff);
        put(LIST + 32, -1, -1, 77);
        assertEquals(0, call(memory_op, XENMEM_add_to_physmap_batch, ARG, 0));
        assertEquals(0, get(LIST + 32));
        assertEquals(-EINVAL, get(LIST + 36));
        assertEquals(77, get(LIST + 40), "no more than its errors");
    }

    @Test
    void aFrameIsRemoved() {
        assertEquals(0, call(memory_op, XENMEM_remove_from_physmap, put(ARG, SELF, 0x90), 0));
        assertNotEquals(0, call(memory_op, XENMEM_remove_from_physmap, put(ARG, SELF, 0x90), 0));
    }

    @Test
    void theMemoryMapComesInEntriesOfOneFormForAll() {
        guest.domain.memoryMap[21] = 42;
        put(ARG, 3, LIST);
        assertEquals(0, call(memory_op, XENMEM_memory_map, ARG, 0));
        assertEquals(3, get(ARG));
        assertEquals(LIST, get(ARG + 4), "the pointer stays");
        assertEquals(42, guest.domain.ram.get(ValueLayout.JAVA_BYTE, LIST + 21));
    }

    @Test
    void theGrantTablesPlacesAreToldIn32Bits() {
        put(LIST, 1, 2, 3);
        put(ARG, SELF, 2, -1, LIST);
        assertEquals(0, call(grant_table_op, GNTTABOP_setup_table, ARG, 1));
        assertEquals(GNTST_okay, (short) get(ARG + 8));
        assertEquals(-1, get(LIST), "not placed");
        assertEquals(-1, get(LIST + 4));
        assertEquals(3, get(LIST + 8));
    }

    @Test
    void copiesBetweenFramesAreMadeAndEachHasItsStatus() {
        guest.domain.ram.set(ValueLayout.JAVA_INT, 0x9_0010, 42);
        int each = gnttab_copy.size(GuestWidth.BITS_32);
        put(ARG, 0x90, SELF | 0x10 << 16, 0x91, SELF | 0x20 << 16, 4, 0x7777);
        put(ARG + each, 0xdead, SELF, 0x91, SELF, 4, 0x7777);
        assertEquals(0, call(grant_table_op, GNTTABOP_copy, ARG, 2));
        assertEquals(GNTST_okay, (short) get(ARG + 20));
        assertEquals(GNTST_bad_page, (short) get(ARG + each + 20));
        assertEquals(42, guest.domain.ram.get(ValueLayout.JAVA_INT, 0x9_1020));
    }

    @Test
    void aTimersTimeComesInTwoArguments() {
        assertEquals(0, call(set_timer_op, 0xffff_fff0L, 3, 0));
        assertEquals(List.of("timer " + 0x3_ffff_fff0L), guest.domain.vcpus.get(0).calls);
    }

    @Test
    void aOneShotTimersStructureEndsBehindItsFlags() {
        int last = (int) FakeDomain.RAM_SIZE - 12;
        put(last, 5, 1, 0);
        assertEquals(0, call(vcpu_op, VcpuAbi.VCPUOP_set_singleshot_timer, 0, last));
        assertEquals(List.of("timer " + 0x1_0000_0005L), guest.domain.vcpus.get(0).calls);
    }

    @Test
    void aRunstateIsToldWithoutPadding() {
        for (int i = 0; i < 12; i++) {
            put(ARG + 4 * i, 0x5555_5555);
        }
        assertEquals(0, call(vcpu_op, VcpuAbi.VCPUOP_get_runstate_info, 0, ARG));
        assertEquals(0x5555_5555, get(ARG + 44), "it has 44 bytes");
        assertNotEquals(0x5555_5555, get(ARG + 40));
    }

    @Test
    void aPointerOf64BitsIsRefusedWhereTheHigherOnesAreSet() {
        for (int operation :
                new int[] {VcpuAbi.VCPUOP_register_runstate_memory_area, VcpuAbi.VCPUOP_register_vcpu_time_memory_area
                }) {
            assertEquals(0, call(vcpu_op, operation, 0, put(ARG, LIST, 0)));
            assertEquals(-EFAULT, call(vcpu_op, operation, 0, put(ARG, LIST, 1)));
        }
    }

    @Test
    void aPollOfAPortThatIsPendingEnds() {
        int port = guest.domain.events().bindIpi(0);
        guest.domain.events().send(port);
        put(LIST, port);
        assertEquals(0, call(sched_op, SchedAbi.SCHEDOP_poll, put(ARG, LIST, 1, 0, 0), 0));
        assertEquals(-EINVAL, call(sched_op, SchedAbi.SCHEDOP_poll, put(ARG, LIST, 129, 0, 0), 0));
        assertEquals(-EFAULT, call(sched_op, SchedAbi.SCHEDOP_poll, put(ARG, NOWHERE, 1, 0, 0), 0));
    }

    @Test
    void aMulticallsEntriesAreOf32Bytes() {
        put(ARG, xen_version, 77, VersionAbi.XENVER_pagesize, 0, 0, 0, 0, 0);
        put(ARG + 32, 99, 77, 0, 0, 0, 0, 0, 0);
        assertEquals(0, call(multicall, ARG, 2, 0));
        assertEquals(4096, get(ARG + 4));
        assertEquals(-ENOSYS, get(ARG + 36));
        assertEquals(VersionAbi.XENVER_pagesize, get(ARG + 8), "the arguments stay");
    }

    @Test
    void thePlatformParametersAreOneWord() {
        put(ARG, 0, 77);
        assertEquals(0, call(xen_version, VersionAbi.XENVER_platform_parameters, ARG, 0));
        assertEquals(-1, get(ARG));
        assertEquals(77, get(ARG + 4));
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertEquals(-EFAULT, call(memory_op, XENMEM_add_to_physmap, NOWHERE, 0));
        assertEquals(-EFAULT, call(memory_op, XENMEM_memory_map, FakeDomain.RAM_SIZE - 4, 0));
        assertEquals(-EFAULT, call(grant_table_op, GNTTABOP_copy, FakeDomain.RAM_SIZE - 20, 1));
        assertEquals(-EFAULT, call(multicall, FakeDomain.RAM_SIZE - 31, 1, 0));
        assertEquals(-EFAULT, call(sched_op, SchedAbi.SCHEDOP_poll, FakeDomain.RAM_SIZE - 15, 0));
    }
}
