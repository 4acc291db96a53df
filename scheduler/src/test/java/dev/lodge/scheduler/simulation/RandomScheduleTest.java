package dev.lodge.scheduler.simulation;

import static dev.lodge.scheduler.simulation.Schedules.ALLOWANCE;
import static dev.lodge.scheduler.simulation.Schedules.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.scheduler.Share;
import dev.lodge.scheduler.Warp;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random domains, whose seed every message names, against what must hold of any schedule. */
class RandomScheduleTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void onOneCpuHogsKeepTheirDistanceWhateverTheOthersDo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedHost host = Schedules.borrowedVirtualTime(1);
        List<Share> shares = populate(host, random, false);
        Outcome outcome = host.run(20_000 * MS);
        String which = "seed " + seed;
        Schedules.check(outcome, which);
        requireLagBound(outcome, which);
        requireWaitBound(outcome, shares, which);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32})
    void onSeveralCpusNothingIsWastedAndNobodyRunsTwice(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int cpus = 2 + random.nextInt(7);
        boolean inTurn = random.nextInt(4) == 0;
        SimulatedHost host = inTurn ? Schedules.roundRobin(cpus) : Schedules.borrowedVirtualTime(cpus);
        List<Share> shares = populate(host, random, true);
        Outcome outcome = host.run(5_000 * MS);
        String which = "seed " + seed + ", " + cpus + " CPUs";
        Schedules.check(outcome, which);
        if (inTurn) {
            for (DomainReport domain : outcome.domains()) {
                assertTrue(domain.longestWait() <= shares.size() * ALLOWANCE, which + ": " + domain);
            }
        }
    }

    /** Domain by domain; the even ones never sleep. Some come, go and change, if asked for. */
    private static List<Share> populate(SimulatedHost host, SplittableRandom random, boolean changes) {
        List<Share> shares = new ArrayList<>();
        int domains = 2 + random.nextInt(random.nextInt(4) == 0 ? 126 : 14);
        for (int domain = 0; domain < domains; domain++) {
            Share share = Share.of(1 << random.nextInt(4, 11));
            Behaviour behaviour = new Behaviour.Hog();
            if (domain % 2 == 1) {
                behaviour = random.nextBoolean()
                        ? new Behaviour.Periodic(random.nextLong(10, 50) * MS, random.nextLong(1, 9) * MS)
                        : new Behaviour.Bursty(
                                random.nextLong(1, 30) * MS, random.nextLong(1, 30) * MS, random.nextLong());
                if (random.nextBoolean()) {
                    long limit = random.nextBoolean() ? random.nextLong(1, 20) * MS : Warp.UNLIMITED;
                    share = share.warped(new Warp(random.nextLong(1, 60) * MS, limit, random.nextLong(0, 40) * MS));
                }
            }
            shares.add(share);
            long arrives = changes ? random.nextLong(2) * random.nextLong(1000) * MS : 0;
            int index = host.add("d" + domain, share, behaviour, arrives);
            if (changes && random.nextInt(3) == 0) {
                host.changeAt(random.nextLong(1000, 2000) * MS, index, Share.of(1 << random.nextInt(11)));
            }
            if (changes && random.nextInt(3) == 0) {
                host.removeAt(random.nextLong(2000, 4000) * MS, index);
            }
        }
        return shares;
    }

    /** Two that were runnable all the time are never further apart, in virtual time, than their allowances. */
    private static void requireLagBound(Outcome outcome, String which) {
        long[] ran = new long[outcome.domains().size()];
        for (Span span : outcome.trace()) {
            if (!span.ran()) {
                continue;
            }
            ran[span.domain()] += span.length();
            if (span.domain() % 2 == 0) {
                for (int other = 0; other < ran.length; other += 2) {
                    double ahead = virtual(outcome, span.domain(), ran) - virtual(outcome, other, ran);
                    double bound = 256.0 * ALLOWANCE / weight(outcome, span.domain()) + 256;
                    // The trace is in the order of ends: the other may be on a run that counts only later.
                    assertTrue(ahead <= bound, which + ": " + span + " is " + ahead + " ahead of " + other);
                }
            }
        }
    }

    private static double virtual(Outcome outcome, int domain, long[] ran) {
        return 256.0 * ran[domain] / weight(outcome, domain);
    }

    private static int weight(Outcome outcome, int domain) {
        return outcome.domains().get(domain).share().weight();
    }

    /** One that waits is behind by its own C at most; the others go beyond it by theirs, and by what they borrow. */
    private static void requireWaitBound(Outcome outcome, List<Share> shares, String which) {
        for (int domain = 0; domain < shares.size(); domain += 2) {
            double bound = 0;
            for (int other = 0; other < shares.size(); other++) {
                Share share = shares.get(other);
                if (other != domain) {
                    bound += ALLOWANCE * (1 + (double) share.weight() / weight(outcome, domain));
                    bound += (double) share.warp().advance() * share.weight() / 256;
                }
            }
            long longest = outcome.domains().get(domain).longestWait();
            assertTrue(longest <= bound + 1000, which + ": domain " + domain + " waited " + longest + " of " + bound);
        }
    }
}
