package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNOP_send;
import static dev.lodge.vmm.abi.HypercallNumber.event_channel_op;
import static dev.lodge.vmm.abi.HypercallNumber.multicall;
import static dev.lodge.vmm.abi.HypercallNumber.sched_op;
import static dev.lodge.vmm.abi.HypercallNumber.xen_version;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.HypercallNumber;
import dev.lodge.vmm.abi.SchedAbi;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HypercallTableTest {

    private static final int VERSION = 4 << 16 | 17;

    private final HypercallFixture guest = new HypercallFixture();
    private final HypercallTable table = new HypercallTable();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 11, 63, 64, 128, -1, 1L << 32 | 17, Long.MAX_VALUE, Long.MIN_VALUE})
    void aNumberWithoutAHandlerIsNotImplemented(long number) {
        assertEquals(-ENOSYS, table.call(guest.caller, number, 0, 0, 0, 0, 0));
    }

    /** Of a real Xen 4.17's table for 64-bit HVM guests, without the features that it may be built or started without. */
    @Test
    void whatAGuestMayNotAskIsRefusedAsAWhole() {
        Set<Integer> forGuests = Set.of(12, 13, 15, 17, 18, 20, 21, 24, 29, 32, 33, 34);
        Set<Integer> forDomain0 = Set.of(7, 35, 36, 41, 42, 49);
        Set<Integer> notStarted = Set.of(39, 40);
        for (int number = 0; number < HypercallNumber.COUNT; number++) {
            if (forGuests.contains(number)) {
                assertEquals(HypercallTable.Callers.GUESTS, table.callersOf(number), "hypercall " + number);
                continue;
            }
            int errno = forDomain0.contains(number) ? EPERM : notStarted.contains(number) ? EOPNOTSUPP : ENOSYS;
            assertEquals(-errno, guest.call(number, 0, ARG), "hypercall " + number);
            assertEquals(-errno, guest.call(number, -1, -1), "hypercall " + number);
            assertEquals(forDomain0.contains(number), table.callersOf(number) == HypercallTable.Callers.DOMAIN_ZERO);
        }
        assertEquals(-ENOSYS, guest.call(HypercallNumber.physdev_op, 12, ARG));
        assertEquals(-EINVAL, guest.call(HypercallNumber.vm_assist, 0, 4));
    }

    @Test
    void aMulticallMakesItsCallsInOrderAndNotesEachResult() {
        entry(0, xen_version, 0);
        entry(1, sched_op, 99);
        entry(2, 55);
        assertEquals(0, guest.call(multicall, ARG, 3));
        assertEquals(List.of((long) VERSION, (long) -ENOSYS, (long) -ENOSYS), results(3));
        assertEquals(xen_version, guest.get64(0), "the rest of an entry is left alone");
    }

    @Test
    void aCallThatFaultsWithinAMulticallFailsAlone() {
        entry(0, event_channel_op, EVTCHNOP_send, UNMAPPED);
        entry(1, xen_version, 0);
        assertEquals(0, guest.call(multicall, ARG, 2));
        assertEquals(List.of((long) -EFAULT, (long) VERSION), results(2));
    }

    @Test
    void aMulticallWithinAMulticallIsRefusedAndTheNextIsNot() {
        entry(0, multicall, ARG, 1);
        entry(1, xen_version, 0);
        assertEquals(0, guest.call(multicall, ARG, 2));
        assertEquals(List.of((long) -EINVAL, (long) VERSION), results(2));
        assertEquals(0, guest.call(multicall, ARG, 2));
    }

    @Test
    void aMulticallEndsWhereItsListCannotBeReachedAndTheNextIsNotRefused() {
        long last = ARG + 0x1_0000 - 64;
        guest.put64(0xffc0, xen_version, 0, 0);
        assertEquals(-EFAULT, guest.call(multicall, last, 2));
        assertEquals(VERSION, guest.get64(0xffc8), "what came before was done");
        assertEquals(-EFAULT, guest.call(multicall, UNMAPPED, 1));
        guest.put64(0, xen_version, 0, 0);
        assertEquals(-EFAULT, guest.call(multicall, READ_ONLY, 1), "no place for the result");
        assertEquals(0, guest.call(multicall, UNMAPPED, 0));
        assertEquals(0, guest.call(multicall, ARG, 1));
    }

    @Test
    void aMulticallOfNoSensibleLengthIsRefused() {
        assertEquals(-EINVAL, guest.call(multicall, ARG, -1));
        assertEquals(-EINVAL, guest.call(multicall, ARG, 1L << 31));
        assertEquals(-EINVAL, guest.call(multicall, ARG, Long.MIN_VALUE));
    }

    @Test
    void aMulticallStopsWhenTheDomainEnds() {
        guest.put64(0x800, SchedAbi.SHUTDOWN_poweroff);
        entry(0, sched_op, SchedAbi.SCHEDOP_shutdown, ARG + 0x800);
        entry(1, xen_version, 0);
        assertEquals(0, guest.call(multicall, ARG, 2));
        assertEquals(List.of(0L, 77L), results(2));
    }

    @Test
    void noiseIsAnsweredWithAnErrorOrAResult() {
        Random random = new Random(1);
        long[] values = {0, 1, 2, -1, ARG, ARG + 0xffc, UNMAPPED, READ_ONLY, HypercallFixture.MMIO, 0x7ff0, 1L << 52};
        for (int i = 0; i < 200_000; i++) {
            if (i % 64 == 0) {
                guest.domain.events().reset();
                guest.domain.ending = true; // so that poll does not wait
            }
            for (int at = 0; at < 64; at += 8) {
                guest.put64(at, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(64));
            }
            int command = random.nextInt(32) - 1;
            long a2 = values[random.nextInt(values.length)];
            long a3 = values[random.nextInt(values.length)];
            guest.domain.emergency.reset();
            guest.call(random.nextInt(64), command, a2, a3, random.nextLong(), random.nextLong());
        }
        assertEquals(VERSION, guest.call(xen_version, 0));
    }

    private void entry(int index, long operation, long... arguments) {
        guest.put64(index * 64, operation, 77);
        guest.put64(index * 64 + 16, arguments);
    }

    private List<Long> results(int count) {
        Long[] results = new Long[count];
        for (int i = 0; i < count; i++) {
            results[i] = guest.get64(i * 64 + 8);
        }
        return List.of(results);
    }
}
