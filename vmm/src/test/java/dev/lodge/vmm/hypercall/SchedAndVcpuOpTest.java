package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HypercallNumber.sched_op;
import static dev.lodge.vmm.abi.HypercallNumber.set_timer_op;
import static dev.lodge.vmm.abi.HypercallNumber.vcpu_op;
import static dev.lodge.vmm.abi.SchedAbi.*;
import static dev.lodge.vmm.abi.VcpuAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSPC;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;
import static dev.lodge.vmm.abi.XenErrno.ETIME;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.READ_ONLY;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.rings.GuestAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/sched.h} and {@code vcpu.h}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SchedAndVcpuOpTest {

    private static final int ENXIO = 6;
    private static final long FRAME = 0x80;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @Test
    void yieldAndBlockComeBack() {
        assertEquals(0, guest.call(sched_op, SCHEDOP_yield));
        assertEquals(0, guest.call(sched_op, SCHEDOP_block));
        assertEquals(List.of("halt"), domain.vcpus.get(0).calls);
        assertEquals(List.of(), domain.vcpus.get(1).calls);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                SHUTDOWN_poweroff,
                SHUTDOWN_reboot,
                SHUTDOWN_suspend,
                SHUTDOWN_crash,
                SHUTDOWN_watchdog,
                SHUTDOWN_soft_reset
            })
    void shutdownEndsTheDomainWithItsReason(int reason) {
        assertEquals(0, guest.call(sched_op, SCHEDOP_shutdown_code, guest.put32(reason)));
        assertEquals(List.of(), domain.shutdowns, "the code alone ends nothing");
        assertEquals(List.of(reason), domain.shutdownCodes);
        assertEquals(0, guest.call(sched_op, SCHEDOP_shutdown, ARG));
        assertEquals(List.of(reason), domain.shutdowns);
    }

    @Test
    void onlyTheLow32BitsOfACommandCount() {
        assertEquals(0, guest.call(sched_op, 0x7_0000_0000L | SCHEDOP_shutdown, guest.put32(SHUTDOWN_reboot)));
        assertEquals(List.of(SHUTDOWN_reboot), domain.shutdowns);
    }

    @Test
    void aReasonHas8Bits() {
        assertEquals(0, guest.call(sched_op, SCHEDOP_shutdown, guest.put32(0xabcd_ef06)));
        assertEquals(List.of(6), domain.shutdowns);
        guest.assertFaultsOnBadPointers(sched_op, SCHEDOP_shutdown);
        guest.assertFaultsOnBadPointers(sched_op, SCHEDOP_shutdown_code);
    }

    @Test
    void noGuestEndsADomainByItsNumber() {
        assertEquals(-EPERM, guest.call(sched_op, SCHEDOP_remote_shutdown, guest.put32(0, 0)));
        assertEquals(-EPERM, guest.call(sched_op, SCHEDOP_remote_shutdown, guest.put32(2, 0)));
        assertEquals(-EPERM, guest.call(sched_op, SCHEDOP_remote_shutdown, guest.put32(FakeDomain.DOMID, 0)));
        assertEquals(-ESRCH, guest.call(sched_op, SCHEDOP_remote_shutdown, guest.put32(9, 0)));
        assertEquals(-ESRCH, guest.call(sched_op, SCHEDOP_remote_shutdown, guest.put32(0x7ff0, 0)));
        guest.assertFaultsOnBadPointers(sched_op, SCHEDOP_remote_shutdown);
        assertEquals(-EPERM, guest.call(sched_op, SCHEDOP_pin_override, UNMAPPED));
        assertEquals(List.of(), domain.shutdowns);
    }

    @Test
    void aDomainHasTwoWatchdogsThatItSetsAgainAndGivesBack() {
        assertEquals(1, watchdog(0, 30));
        long first = domain.watchdogs.nextDeadline();
        assertTrue(first - System.nanoTime() <= 30_000_000_000L);
        assertEquals(2, watchdog(0, 0xffff_ffff));
        assertEquals(first, domain.watchdogs.nextDeadline(), "seconds are unsigned");
        assertEquals(-ENOSPC, watchdog(0, 30));
        assertEquals(0, watchdog(1, 300));
        assertTrue(domain.watchdogs.nextDeadline() - first > 200_000_000_000L);
        assertEquals(0, watchdog(1, 0));
        assertEquals(0, watchdog(2, 0));
        assertEquals(Long.MAX_VALUE, domain.watchdogs.nextDeadline());
        for (int bad : new int[] {1, 2, 3, -1, Integer.MIN_VALUE}) {
            assertEquals(-EINVAL, watchdog(bad, 30));
        }
        assertEquals(1, watchdog(0, 0), "one that is missed at once");
        assertTrue(domain.watchdogs.nextDeadline() <= System.nanoTime());
        guest.assertFaultsOnBadPointers(sched_op, SCHEDOP_watchdog);
    }

    private long watchdog(int id, int seconds) {
        return guest.call(sched_op, SCHEDOP_watchdog, guest.put32(id, seconds));
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 99, -1})
    void otherSchedulingIsNotImplemented(long command) {
        assertEquals(-ENOSYS, guest.call(sched_op, command, ARG));
    }

    @Test
    void pollComesBackAtOnceForWhatIsPendingThoughMasked() {
        int port = domain.events().bindIpi(1);
        guest.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 0x100, port);
        domain.sharedInfo.set(java.lang.foreign.ValueLayout.JAVA_LONG, 2560, -1); // all masked
        domain.events().send(port);
        assertEquals(0, poll(ARG + 0x100, 1, 0));
    }

    @Test
    void pollComesBackForAnUpcallAndForADomainThatEnds() {
        int port = domain.events().bindIpi(0);
        domain.events().send(port);
        assertEquals(0, poll(UNMAPPED, 0, 0));
        HypercallFixture other = new HypercallFixture();
        other.domain.ending = true;
        assertEquals(0, other.call(sched_op, SCHEDOP_poll, other.put64(0, ARG, 0, 0)));
    }

    @Test
    void pollComesBackWhenItsTimeHasCome() {
        long soon = domain.time.now() + 2_000_000;
        assertEquals(0, poll(ARG, 0, soon));
        assertTrue(domain.time.now() >= soon);
        assertEquals(0, poll(ARG, 0, 1));
        assertEquals(0, poll(ARG, 0, Long.MIN_VALUE));
    }

    @Test
    void pollComesBackWhenAnEventComes() throws InterruptedException {
        int port = domain.events().allocUnbound(0);
        var backend = domain.events().connect(port, () -> {});
        guest.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 0x100, port);
        domain.sharedInfo.set(java.lang.foreign.ValueLayout.JAVA_LONG, 2560, -1);
        Thread vcpu = Thread.ofPlatform().start(() -> poll(ARG + 0x100, 1, 0));
        while (vcpu.getState() != Thread.State.WAITING && vcpu.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        if (backend != null) {
            backend.notifyGuest();
        }
        vcpu.join();
        assertTrue(domain.events().isPending(port));
    }

    @Test
    void pollEndsWhenTheVcpusThreadIsToStop() {
        Thread.currentThread().interrupt();
        assertEquals(0, poll(ARG, 0, 0));
        assertTrue(Thread.interrupted(), "and says so to who called");
    }

    @Test
    void pollTakes128PortsThatCanBe() {
        guest.put64(0x100, new long[64]);
        int port = domain.events().bindIpi(0);
        for (int i = 0; i < 128; i++) {
            guest.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 0x100 + i * 4L, port);
        }
        assertEquals(0, poll(ARG + 0x100, 128, 1));
        assertEquals(-EINVAL, poll(ARG + 0x100, 129, 1));
        assertEquals(-EINVAL, poll(ARG + 0x100, -1, 1));
        assertEquals(-EINVAL, poll(ARG + 0x100, Integer.MIN_VALUE, 1));
        assertEquals(-EFAULT, poll(UNMAPPED, 1, 1));
        for (int bad : new int[] {0, -1, 4096}) {
            guest.memory.set(java.lang.foreign.ValueLayout.JAVA_INT, 0x100 + 127 * 4L, bad);
            assertEquals(-EINVAL, poll(ARG + 0x100, 128, 1));
        }
        guest.assertFaultsOnBadPointers(sched_op, SCHEDOP_poll);
    }

    @Test
    void aVcpuThatIsNotThereHasNoOperations() {
        for (long vcpu : new long[] {2, -1, 64, 1L << 32, Long.MIN_VALUE}) {
            assertEquals(-ENOENT, guest.call(vcpu_op, VCPUOP_is_up, vcpu, ARG), Long.toString(vcpu));
        }
        for (long command : new long[] {VCPUOP_send_nmi, 14, -1}) {
            assertEquals(-ENOSYS, guest.call(vcpu_op, command, 0, ARG));
        }
    }

    @Test
    void isUpTellsWhetherAVcpuRuns() {
        assertEquals(0, guest.call(vcpu_op, VCPUOP_is_up, 1));
        domain.vcpus.get(1).up = true;
        assertEquals(1, guest.call(vcpu_op, VCPUOP_is_up, 1));
    }

    @Test
    void aStartedVcpuIsStoppedAndGoesOn() {
        assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_up, 1), "it has to be started first");
        domain.vcpus.get(1).up = true;
        assertEquals(0, guest.call(vcpu_op, VCPUOP_down, 1));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_up, 1));
        assertEquals(List.of("down", "up"), domain.vcpus.get(1).calls);
    }

    @Test
    void aVcpusTimersAreItsOwn() {
        assertEquals(0, guest.call(vcpu_op, VCPUOP_set_singleshot_timer, 0, guest.put64(0, 5_000, 0)));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_stop_singleshot_timer, 0));
        assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_set_singleshot_timer, 1, ARG));
        assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_stop_singleshot_timer, 1));
        assertEquals(0, guest.call(set_timer_op, 7_000));
        assertEquals(0, guest.call(set_timer_op, 0));
        assertEquals(List.of("timer 5000", "stop timer", "timer 7000", "stop timer"), domain.vcpus.get(0).calls);
        assertEquals(List.of(), domain.vcpus.get(1).calls);
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_set_singleshot_timer, 0, UNMAPPED));
    }

    @Test
    void aDeadlineThatHasPassedIsRefusedIfTheGuestAsksForThat() {
        long past = domain.time.now() - 1;
        assertEquals(
                -ETIME,
                guest.call(vcpu_op, VCPUOP_set_singleshot_timer, 0, guest.put64(0, past, VCPU_SSHOTTMR_future)));
        long later = domain.time.now() + 3_600_000_000_000L;
        assertEquals(
                0, guest.call(vcpu_op, VCPUOP_set_singleshot_timer, 0, guest.put64(0, later, VCPU_SSHOTTMR_future)));
        assertEquals(List.of("timer " + later), domain.vcpus.get(0).calls);
    }

    @Test
    void aPeriodIsAtLeastAMillisecond() {
        assertEquals(0, guest.call(vcpu_op, VCPUOP_set_periodic_timer, 1, guest.put64(0, 1_000_000)));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_stop_periodic_timer, 1));
        for (long period : new long[] {0, 1, 999_999, -1, Long.MIN_VALUE}) {
            assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_set_periodic_timer, 1, guest.put64(0, period)));
        }
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_set_periodic_timer, 1, UNMAPPED));
        assertEquals(List.of("periodic 1000000", "periodic 0"), domain.vcpus.get(1).calls);
    }

    @Test
    void vcpuInfoIsRegisteredOnceAndTheTimeIsKeptInIt() {
        domain.events().send(domain.events().bindIpi(1));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_register_vcpu_info, 1, guest.put64(0, FRAME, 0xfc0)));
        assertTrue(domain.events().places().isVcpuInfoPlaced(1));
        assertEquals(
                domain.ram.address() + FRAME * 4096 + 0xfc0,
                domain.events().places().vcpuInfo(1).address());
        assertTrue(domain.events().isUpcallPending(1), "with what was pending");
        String place = "vcpu_info at " + new GuestAddress(FRAME * 4096 + 0xfc0);
        assertEquals(List.of(place), domain.vcpus.get(1).calls, "and the time is kept there");
        assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_register_vcpu_info, 1, guest.put64(0, FRAME, 0)));
        assertFalse(domain.events().places().isVcpuInfoPlaced(0));
    }

    @Test
    void vcpuInfoLiesWithinAFrameOfRam() {
        for (long offset : new long[] {0xfc1, 0xfc8, 0x1000, 4, 1, 0xffff_ffffL, 0xffff_ffc0L, 0x8000_0000L}) {
            assertEquals(-ENXIO, guest.call(vcpu_op, VCPUOP_register_vcpu_info, 0, guest.put64(0, FRAME, offset)));
        }
        for (long frame : new long[] {0x100, 0xfee00, 1L << 52, -1, Long.MIN_VALUE}) {
            assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_register_vcpu_info, 0, guest.put64(0, frame, 0)));
        }
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_register_vcpu_info, 0, UNMAPPED));
        assertFalse(domain.events().places().isVcpuInfoPlaced(0));
    }

    @Test
    void runstateInfoIsTheVcpusOwn() {
        guest.memory.fill((byte) -1);
        assertEquals(0, guest.call(vcpu_op, VCPUOP_get_runstate_info, 0, ARG));
        assertEquals(0x5a5a5a5a_5a5a5a5aL, guest.get64(0));
        assertEquals(0x5a5a5a5a_5a5a5a5aL, guest.get64(40));
        assertEquals(-1, guest.get64(48));
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_get_runstate_info, 0, READ_ONLY));
    }

    @Test
    void aRunstateAreaMayBeAnywhereAndOneThatCannotBeReachedIsNoError() {
        assertEquals(0, guest.call(vcpu_op, VCPUOP_register_runstate_memory_area, 0, guest.put64(0, ARG + 0x100)));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_register_runstate_memory_area, 0, guest.put64(0, UNMAPPED)));
        assertEquals(0, guest.call(vcpu_op, VCPUOP_register_runstate_memory_area, 0, guest.put64(0, ARG + 0xfe0)));
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_register_runstate_memory_area, 0, UNMAPPED));
        List<String> calls = domain.vcpus.getFirst().calls;
        assertTrue(calls.getFirst().startsWith("runstate at 0x" + Long.toHexString(ARG + 0x100)), calls.getFirst());
        assertFalse(calls.getFirst().endsWith("0xffffffffffffffff"), calls.getFirst());
        assertEquals("runstate at 0x" + Long.toHexString(UNMAPPED) + ", 0xffffffffffffffff", calls.get(1));
        assertTrue(calls.get(2).endsWith("0xffffffffffffffff"), "crosses a page: " + calls.get(2));
    }

    @Test
    void aTimeRecordLiesInOnePageThatTheGuestCanWrite() {
        assertEquals(0, guest.call(vcpu_op, VCPUOP_register_vcpu_time_memory_area, 1, guest.put64(0, ARG + 0x100)));
        assertEquals(1, domain.vcpus.get(1).calls.size());
        for (long place : new long[] {UNMAPPED, READ_ONLY, ARG + 0xff0, -1, 1L << 62}) {
            assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_register_vcpu_time_memory_area, 1, guest.put64(0, place)));
        }
        assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_register_vcpu_time_memory_area, 1, UNMAPPED));
        assertEquals(1, domain.vcpus.get(1).calls.size());
    }

    @Test
    void aPollEndsWhenTheDomainIsPaused() {
        domain.paused = true;
        int port = domain.events().bindIpi(0);
        assertEquals(0, poll(guest.put64(0x100, port), 1, 0));
    }

    private long poll(long ports, int count, long timeout) {
        return guest.call(sched_op, SCHEDOP_poll, guest.put64(0, ports, count & 0xffff_ffffL, timeout));
    }
}
