package dev.lodge.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Policy} promises, of every policy. */
class PolicyContractTest {

    private static final Share SHARE = Share.of(256);
    private static final int STEPS = 50_000;

    private interface Maker {
        Policy make(int cpus, int vcpus, CpuTimers timers);
    }

    private record Named(String name, Maker maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Named> policies() {
        return Stream.of(
                new Named("BVT", (cpus, vcpus, timers) -> new BorrowedVirtualTime(cpus, vcpus, 1000, timers)),
                new Named("round robin", (cpus, vcpus, timers) -> new RoundRobin(cpus, vcpus, 1000, timers)));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void noCpusAndNoVcpusAreRefused(Named policy) {
        TestCpus cpus = new TestCpus(1);
        assertThrows(IllegalArgumentException.class, () -> policy.maker().make(0, 1, cpus));
        assertThrows(IllegalArgumentException.class, () -> policy.maker().make(1, 0, cpus));
        assertThrows(IllegalArgumentException.class, () -> policy.maker().make(-1, -1, cpus));
    }

    @Test
    void slicesAndAllowancesOutOfRangeAreRefused() {
        TestCpus cpus = new TestCpus(1);
        for (long wrong : new long[] {Long.MIN_VALUE, -1, 0, BorrowedVirtualTime.LONGEST_ALLOWANCE + 1}) {
            assertThrows(IllegalArgumentException.class, () -> new BorrowedVirtualTime(1, 1, wrong, cpus));
        }
        assertThrows(IllegalArgumentException.class, () -> new RoundRobin(1, 1, 0, cpus));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aVcpuOrCpuThatCannotBeIsRefused(Named named) {
        Policy policy = named.maker().make(2, 4, new TestCpus(2));
        for (int wrong : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> policy.admit(wrong, SHARE, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> policy.dismiss(wrong, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> policy.change(wrong, SHARE, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> policy.wake(wrong, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> policy.block(wrong, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> policy.decide(wrong, 0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> policy.decide(2, 0));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aVcpuThatIsNotAdmittedIsRefusedAndSoIsOneThatIsAdmittedTwice(Named named) {
        Policy policy = named.maker().make(1, 2, new TestCpus(1));
        assertThrows(IllegalStateException.class, () -> policy.wake(0, 0));
        assertThrows(IllegalStateException.class, () -> policy.block(0, 0));
        assertThrows(IllegalStateException.class, () -> policy.change(0, SHARE, 0));
        assertThrows(IllegalStateException.class, () -> policy.dismiss(0, 0));
        policy.admit(0, SHARE, 0);
        assertThrows(IllegalStateException.class, () -> policy.admit(0, SHARE, 0));
        policy.dismiss(0, 0);
        assertThrows(IllegalStateException.class, () -> policy.wake(0, 0));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aClockThatGoesBackIsRefused(Named named) {
        Policy policy = named.maker().make(1, 2, new TestCpus(1));
        policy.admit(0, SHARE, 10);
        assertThrows(IllegalArgumentException.class, () -> policy.wake(0, 9));
        assertThrows(IllegalArgumentException.class, () -> policy.decide(0, 9));
        assertThrows(IllegalArgumentException.class, () -> policy.admit(1, SHARE, -1));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anEmptyHostIdlesWithoutATimer(Named named) {
        TestCpus cpus = new TestCpus(1);
        Policy policy = named.maker().make(1, 2, cpus);

        assertEquals(Policy.NOBODY, policy.decide(0, 5));
        assertEquals(CpuTimers.NEVER, cpus.deadline(0));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void oneAloneRunsFromItsWakingUntilItBlocksWithoutATimer(Named named) {
        TestCpus cpus = new TestCpus(1);
        Policy policy = named.maker().make(1, 2, cpus);
        policy.admit(0, SHARE, 0);
        assertEquals(Policy.NOBODY, cpus.settle(policy, 0));

        policy.wake(0, 7);
        assertEquals(0, cpus.settle(policy, 7));
        assertEquals(CpuTimers.NEVER, cpus.deadline(0));

        policy.block(0, 9);
        assertEquals(9, cpus.deadline(0));
        assertEquals(Policy.NOBODY, cpus.settle(policy, 9));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void toWakeTheRunnableOrToBlockTheBlockedChangesNothing(Named named) {
        TestCpus cpus = new TestCpus(1);
        Policy policy = named.maker().make(1, 2, cpus);
        policy.admit(0, SHARE, 0);
        policy.admit(1, SHARE, 0);
        policy.block(0, 1);
        policy.wake(0, 2);
        policy.wake(0, 2);
        assertEquals(0, cpus.settle(policy, 2));
        policy.wake(0, 3);
        assertEquals(CpuTimers.NEVER, cpus.deadline(0));
        policy.wake(1, 4);
        policy.wake(1, 4);
        policy.block(1, 5);
        policy.block(1, 5);
        policy.block(0, 6);
        assertEquals(Policy.NOBODY, cpus.settle(policy, 6));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void oneThatIsDismissedNeverRunsAgainAndItsPlaceIsFree(Named named) {
        TestCpus cpus = new TestCpus(1);
        Policy policy = named.maker().make(1, 2, cpus);
        policy.admit(0, SHARE, 0);
        policy.admit(1, SHARE, 0);
        policy.wake(0, 0);
        policy.wake(1, 0);
        int first = cpus.settle(policy, 0);

        policy.dismiss(first, 100);
        int second = cpus.settle(policy, 100);
        assertNotEquals(first, second);
        assertNotEquals(Policy.NOBODY, second);
        policy.admit(first, SHARE, 200);
        assertEquals(second, cpus.settle(policy, 200));
        policy.dismiss(second, 300);
        assertEquals(Policy.NOBODY, cpus.settle(policy, 300));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void twoThatWakeAtOnceGetTwoIdleCpus(Named named) {
        TestCpus cpus = new TestCpus(2);
        Policy policy = named.maker().make(2, 4, cpus);
        for (int vcpu = 0; vcpu < 4; vcpu++) {
            policy.admit(vcpu, SHARE, 0);
        }
        policy.wake(2, 1);
        policy.wake(3, 1);
        cpus.settle(policy, 1);

        assertEquals(5, cpus.running(0) + cpus.running(1));
        assertNotEquals(cpus.running(0), cpus.running(1));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void nothingAllocatesOnceItRuns(Named named) throws ReflectiveOperationException {
        TestCpus cpus = new TestCpus(2);
        Policy policy = named.maker().make(2, 8, cpus);
        Share other = Share.of(100).warped(new Warp(10_000, 500, 1000));
        work(policy, cpus, other, 0);
        long before = AllocatedBytes.ofThisThread();
        work(policy, cpus, other, 1_000_000_000L);
        long allocated = AllocatedBytes.ofThisThread() - before;

        // The counter, read by reflection, takes some itself.
        assertTrue(allocated < STEPS, allocated + " bytes in " + STEPS + " steps");
    }

    private static void work(Policy policy, TestCpus cpus, Share other, long start) {
        for (int vcpu = 0; vcpu < 8; vcpu++) {
            policy.admit(vcpu, SHARE, start);
        }
        long now = start;
        for (int step = 0; step < STEPS; step++) {
            now += 300;
            policy.wake(step % 8, now);
            policy.block((step + step / 8) % 8, now);
            policy.change(step % 3, step % 2 == 0 ? SHARE : other, now);
            cpus.settle(policy, now);
        }
        for (int vcpu = 0; vcpu < 8; vcpu++) {
            policy.dismiss(vcpu, now);
        }
    }
}
