package dev.lodge.scheduler.simulation;

import static dev.lodge.scheduler.simulation.Schedules.ALLOWANCE;
import static dev.lodge.scheduler.simulation.Schedules.MS;
import static dev.lodge.scheduler.simulation.Schedules.borrowedVirtualTime;
import static dev.lodge.scheduler.simulation.Schedules.hog;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.scheduler.Share;
import dev.lodge.scheduler.Warp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What borrowed virtual time gives to whom. */
class ProportionalShareTest {

    private static final int[] WEIGHTS = {100, 200, 400};

    /** On one CPU nobody who is always runnable has had more than C beyond its part, at any time. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 16, 64, 128})
    void hogsShareOneCpuByWeightToWithinTheAllowance(int domains) {
        SimulatedHost host = borrowedVirtualTime(1);
        int weights = 0;
        for (int domain = 0; domain < domains; domain++) {
            hog(host, WEIGHTS[domain % 3]);
            weights += WEIGHTS[domain % 3];
        }
        long until = 60_000 * MS + 12_345;

        Outcome outcome = host.run(until);

        Schedules.check(outcome, domains + " hogs");
        assertEquals(0, outcome.idle());
        for (int domain = 0; domain < domains; domain++) {
            int weight = WEIGHTS[domain % 3];
            long due = until * weight / weights;
            long ran = outcome.ran(domain);
            assertTrue(ran - due <= ALLOWANCE + domains, "domain " + domain + " ran " + ran + " for " + due);
            // Everyone else may have its C of the time that is missing.
            long missing = ALLOWANCE * domains * weight / weights + domains;
            assertTrue(due - ran <= missing, "domain " + domain + " ran " + ran + " for " + due);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 12", "4, 20", "8, 128"})
    void hogsShareSeveralCpusByWeight(int cpus, int domains) {
        SimulatedHost host = borrowedVirtualTime(cpus);
        long weights = 0;
        for (int domain = 0; domain < domains; domain++) {
            hog(host, WEIGHTS[domain % 3]);
            weights += WEIGHTS[domain % 3];
        }
        long until = 60_000 * MS;

        Outcome outcome = host.run(until);

        Schedules.check(outcome, domains + " hogs on " + cpus);
        for (int domain = 0; domain < domains; domain++) {
            long due = until * cpus * WEIGHTS[domain % 3] / weights;
            assertNear(due, outcome.ran(domain), cpus * ALLOWANCE * 4);
        }
    }

    @Test
    void theLightestIsServedBesideTheHeaviest() {
        SimulatedHost host = borrowedVirtualTime(1);
        int light = hog(host, 1);
        int heavy = hog(host, Share.MOST);
        long until = 4 * 3_600_000 * MS;

        Outcome outcome = host.run(until);

        assertTrue(outcome.ran(light) >= until / (Share.MOST + 1) - ALLOWANCE, "it ran " + outcome.ran(light));
        // Runs end at whole nanoseconds; one too much of the light one's is worth many of the heavy one's.
        long longest = (ALLOWANCE + 2) * (Share.MOST + 1L);
        assertTrue(outcome.domains().get(light).longestWait() <= longest);
        assertTrue(outcome.domains().get(heavy).longestWait() <= 2 * ALLOWANCE);
    }

    /** The heavy one cannot use more than a CPU; what it cannot use is neither kept for it nor for those that come. */
    @Test
    void aWeightThatNoCpuCanServeStarvesNobody() {
        SimulatedHost host = borrowedVirtualTime(2);
        int heavy = hog(host, 50_000);
        int first = hog(host, 100);
        int second = hog(host, 100);
        int late = host.add("late", Share.of(100), new Behaviour.Hog(), 100_000 * MS);
        long until = 200_000 * MS;

        Outcome outcome = host.run(until);

        Schedules.check(outcome, "infeasible weights");
        assertTrue(outcome.ran(heavy) >= until - 20 * ALLOWANCE, "the heavy one ran " + outcome.ran(heavy));
        long third = 100_000 * MS / 3;
        assertNear(50_000 * MS + third, outcome.ran(first), 20 * ALLOWANCE);
        assertNear(50_000 * MS + third, outcome.ran(second), 20 * ALLOWANCE);
        assertNear(third, outcome.ran(late), 20 * ALLOWANCE);
        assertTrue(outcome.domains().get(first).longestWait() <= 20 * ALLOWANCE);
    }

    /** While each had a CPU of its own, their virtual times went apart. That must not count when a third comes. */
    @Test
    void timesWithoutContentionLeaveNoDebt() {
        SimulatedHost host = borrowedVirtualTime(2);
        int light = hog(host, 1);
        hog(host, 100);
        int late = host.add("late", Share.of(1), new Behaviour.Hog(), 1_000_000 * MS);

        Outcome outcome = host.run(1_010_000 * MS);

        assertTrue(outcome.domains().get(light).longestWait() <= 2_000 * MS);
        assertNear(5_000 * MS, outcome.ran(late), 1_500 * MS);
    }

    @Test
    void oneThatSleepsCannotHoardCredit() {
        SimulatedHost host = borrowedVirtualTime(1);
        int hog = hog(host, 256);
        int sleeper = host.add("sleeper", Share.of(256), new Behaviour.Periodic(10_000 * MS, 4_000 * MS));

        Outcome outcome = host.run(100_000 * MS);

        // Had it kept its credit, it would have run 4 s in a row; as equals they share, and each 4 s take it 8.
        assertTrue(outcome.domains().get(hog).longestWait() <= 2 * ALLOWANCE);
        assertEquals(10 * 4_000 * MS, outcome.ran(sleeper));
    }

    @Test
    void aWarpDoesNotChangeTheShareOfOneThatNeverSleeps() {
        SimulatedHost host = borrowedVirtualTime(1);
        int borrower =
                host.add("borrower", Share.of(256).warped(new Warp(100 * MS, Warp.UNLIMITED, 0)), new Behaviour.Hog());
        int hog = hog(host, 256);

        Outcome outcome = host.run(60_000 * MS);

        assertNear(outcome.ran(hog), outcome.ran(borrower), 100 * MS + 2 * ALLOWANCE);
        assertTrue(outcome.domains().get(hog).longestWait() <= 100 * MS + 2 * ALLOWANCE);
    }

    @Test
    void domainsThatComeGoAndChangeGetTheirShareOfEachPart() {
        SimulatedHost host = borrowedVirtualTime(1);
        int stays = hog(host, 100);
        int goes = hog(host, 300);
        int comes = host.add("comes", Share.of(100), new Behaviour.Hog(), 20_000 * MS);
        host.removeAt(40_000 * MS, goes);
        host.changeAt(60_000 * MS, comes, Share.of(400));

        Outcome outcome = host.run(80_000 * MS);

        Schedules.check(outcome, "changes");
        long slack = 10 * ALLOWANCE;
        assertNear((15_000 + 12_000) * MS, outcome.ran(goes), slack);
        assertNear((5_000 + 4_000 + 10_000 + 4_000) * MS, outcome.ran(stays), slack);
        assertNear((4_000 + 10_000 + 16_000) * MS, outcome.ran(comes), slack);
    }

    private static void assertNear(long due, long ran, long slack) {
        assertTrue(Math.abs(ran - due) <= slack, "ran " + ran + " of " + due);
    }
}
