package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.GrantTableAbi.GNTTABOP_copy;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTTABOP_map_grant_ref;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTTABOP_swap_grant_ref;
import static dev.lodge.vmm.abi.GrantTableAbi.GNTTABOP_unmap_grant_ref;
import static dev.lodge.vmm.abi.HypercallNumber.console_io;
import static dev.lodge.vmm.abi.HypercallNumber.grant_table_op;
import static dev.lodge.vmm.abi.HypercallNumber.memory_op;
import static dev.lodge.vmm.abi.HypercallNumber.multicall;
import static dev.lodge.vmm.abi.HypercallNumber.xen_version;
import static dev.lodge.vmm.abi.MemoryAbi.XENMAPSPACE_gmfn_range;
import static dev.lodge.vmm.abi.MemoryAbi.XENMAPSPACE_grant_table;
import static dev.lodge.vmm.abi.MemoryAbi.XENMEM_add_to_physmap;
import static dev.lodge.vmm.abi.MemoryAbi.XENMEM_add_to_physmap_batch;
import static dev.lodge.vmm.abi.MemoryAbi.XENMEM_decrease_reservation;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hypercalls of many elements: the vCPU gives way before each, and none is dealt with when the domain is ending. */
class LongHypercallsTest {

    private static final byte UNTOUCHED = 0x55;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;
    private int endsBefore = 2;
    private int gaveWay;

    LongHypercallsTest() {
        domain.vcpus.get(0).whenGivingWay = () -> domain.ending = gaveWay++ == endsBefore;
    }

    @Test
    void aMulticallGoesEntryByEntry() {
        int entry = 64;
        for (int i = 0; i < 5; i++) {
            guest.put64(i * entry, xen_version, 0x5555, 0);
        }
        assertEquals(0, guest.call(multicall, ARG, 5));
        for (int i = 0; i < 5; i++) {
            boolean made = guest.get64(i * entry + 8) != 0x5555;
            assertEquals(i < endsBefore, made, "entry " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({
        GNTTABOP_copy + ", 40, 36",
        GNTTABOP_map_grant_ref + ", 32, 18",
        GNTTABOP_unmap_grant_ref + ", 24, 20",
        GNTTABOP_swap_grant_ref + ", 12, 8"
    })
    void aGrantTableOperationGoesElementByElement(int command, int size, int status) {
        guest.memory.asSlice(0, 0x1000).fill(UNTOUCHED);
        assertEquals(0, guest.call(grant_table_op, command, ARG, 5));
        for (int i = 0; i < 5; i++) {
            boolean answered = guest.get16(i * size + status) != (UNTOUCHED << 8 | UNTOUCHED);
            assertEquals(i < endsBefore, answered, "element " + i);
        }
    }

    @Test
    void theEmergencyConsoleTakesPageByPage() {
        assertEquals(0, guest.call(console_io, 0, 5 * 4096, ARG));
        assertEquals(endsBefore * 4096, domain.emergency.size());
    }

    @Test
    void aRangeOfFramesMovesFrameByFrame() {
        guest.put32(DomainIds.DOMID_SELF | 5 << 16, XENMAPSPACE_gmfn_range);
        guest.put64(8, 0x90, 0xa0);
        assertEquals(0, guest.call(memory_op, XENMEM_add_to_physmap, ARG));
        for (int i = 0; i < 5; i++) {
            assertEquals(i < endsBefore, !domain.reservation().has(0x90 + i), "frame " + i);
        }
    }

    @Test
    void aBatchOfFramesIsPlacedFrameByFrame() {
        int indices = 0x100;
        int frames = 0x200;
        int errors = 0x300;
        guest.put32(DomainIds.DOMID_SELF | XENMAPSPACE_grant_table << 16, 5);
        guest.put64(8, ARG + indices, ARG + frames, ARG + errors);
        guest.put64(frames, 0x90, 0x91, 0x92, 0x93, 0x94);
        guest.memory.asSlice(errors, 5 * 4).fill(UNTOUCHED);
        assertEquals(0, guest.call(memory_op, XENMEM_add_to_physmap_batch, ARG));
        for (int i = 0; i < 5; i++) {
            assertEquals(i < endsBefore, guest.get32(errors + i * 4) == 0, "frame " + i);
        }
    }

    @Test
    void aBalloonGivesUpNothingMore() {
        long had = domain.reservation().current();
        endsBefore = 0;
        guest.memory.set(ValueLayout.JAVA_LONG, 0x1000, 0x90);
        guest.put64(0, ARG + 0x1000, 1, 0, DomainIds.DOMID_SELF);
        assertEquals(0, guest.call(memory_op, XENMEM_decrease_reservation, ARG));
        assertEquals(had, domain.reservation().current());
        endsBefore = Integer.MAX_VALUE;
        domain.ending = false;
        assertEquals(1, guest.call(memory_op, XENMEM_decrease_reservation, ARG));
        assertEquals(had - 1, domain.reservation().current());
    }
}
