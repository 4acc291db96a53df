package dev.lodge.scheduler.simulation;

import static dev.lodge.scheduler.simulation.Schedules.ALLOWANCE;
import static dev.lodge.scheduler.simulation.Schedules.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.scheduler.Share;
import dev.lodge.scheduler.Warp;
import org.junit.jupiter.api.Test;

/** How soon one that wakes among hogs has a CPU. */
class WakeUpLatencyTest {

    private static final Share ORDINARY = Share.of(Share.ORDINARY);
    private static final Behaviour VIDEO = new Behaviour.Periodic(40 * MS, 2 * MS);

    private static Outcome among(SimulatedHost host, Share share, int hogs) {
        host.add("video", share, VIDEO);
        for (int hog = 0; hog < hogs; hog++) {
            Schedules.hog(host, Share.ORDINARY);
        }
        Outcome outcome = host.run(20_000 * MS);
        Schedules.check(outcome, "video among hogs");
        return outcome;
    }

    @Test
    void byRoundRobinItWaitsForEveryonesSlice() {
        Latencies latencies =
                among(Schedules.roundRobin(1), ORDINARY, 4).domains().getFirst().latencies();

        assertTrue(latencies.median() > 2 * ALLOWANCE, latencies::toString);
        assertTrue(latencies.most() <= 4 * ALLOWANCE, latencies::toString);
    }

    @Test
    void warpedItWaitsForNobody() {
        Share share = ORDINARY.warped(new Warp(100 * MS, 5 * MS, 20 * MS));

        Outcome outcome = among(Schedules.borrowedVirtualTime(1), share, 4);

        Latencies latencies = outcome.domains().getFirst().latencies();
        assertEquals(500, latencies.count());
        assertEquals(0, latencies.most(), latencies::toString);
        assertEquals(1.0 / 20, outcome.shareOf(0), 0.001);
    }

    @Test
    void itGetsNoMoreThanItsShareByWarpingHoweverMuchItAsksFor() {
        SimulatedHost host = Schedules.borrowedVirtualTime(1);
        Share share = ORDINARY.warped(new Warp(100 * MS, Warp.UNLIMITED, 0));
        host.add("greedy", share, new Behaviour.Periodic(40 * MS, 36 * MS));
        Schedules.hog(host, Share.ORDINARY);
        Schedules.hog(host, Share.ORDINARY);

        Outcome outcome = host.run(60_000 * MS);

        assertEquals(1.0 / 3, outcome.shareOf(0), 0.01);
    }

    @Test
    void latenciesAreThoseThatWereMeasured() {
        long[] values = new long[250];
        for (int i = 0; i < 200; i++) {
            values[i] = i * 7L % 200 + 1;
        }

        assertEquals(new Latencies(200, 1, 100, 198, 200), Latencies.of(values, 200));
        assertEquals(new Latencies(1, 8, 8, 8, 8), Latencies.of(new long[] {8}, 1));
        assertEquals(new Latencies(0, 0, 0, 0, 0), Latencies.of(values, 0));
    }
}
