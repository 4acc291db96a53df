package dev.lodge.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test follows the paper's rules by hand; one unit here is a microsecond. */
class BorrowedVirtualTimeTest {

    private static final long C = 2_000;
    private static final int A = 0;
    private static final int B = 1;
    private static final int D = 2;

    private TestCpus cpu = new TestCpus(1);
    private Policy bvt = new BorrowedVirtualTime(1, 8, C, cpu);
    private long now;

    @BeforeEach
    void start() {
        now = 0;
    }

    /** Runs to a time and tells who ran for how long in a row: "A 2000, B 3000". */
    private String runUntil(long until) {
        List<String> runs = new ArrayList<>();
        int running = cpu.settle(bvt, now);
        long since = now;
        while (now < until) {
            now = Math.min(until, cpu.deadline(0));
            int next = now == until ? Policy.NOBODY - 1 : cpu.settle(bvt, now);
            if (next != running) {
                runs.add(
                        (running == Policy.NOBODY ? "-" : "ABD".substring(running, running + 1)) + " " + (now - since));
                running = next;
                since = now;
            }
        }
        return String.join(", ", runs);
    }

    private void hog(int vcpu, int weight) {
        bvt.admit(vcpu, Share.of(weight), now);
        bvt.wake(vcpu, now);
    }

    private void sleeper(int vcpu, int weight, Warp warp) {
        bvt.admit(vcpu, Share.of(weight).warped(warp), now);
    }

    /**
     * Weights of 2 and 1 and an allowance of two units. After the start each runs until it is C beyond the other: six
     * units, which are three of virtual time, against three.
     */
    @Test
    void twiceTheWeightRunsTwiceAsLongBetweenSwitches() {
        hog(A, 512);
        hog(B, 256);

        assertEquals("A 2000, B 3000, A 6000, B 3000, A 6000, B 3000, A 6000", runUntil(29_000));
    }

    @Test
    void equalsTakeTurnsOfTwiceTheAllowance() {
        hog(A, 256);
        hog(B, 256);

        assertEquals("A 2000, B 4000, A 4000, B 4000, A 4000", runUntil(18_000));
    }

    @Test
    void oneThatSleptStartsFromSchedulerVirtualTimeAndHasNoCredit() {
        hog(A, 256);
        sleeper(B, 256, Warp.NONE);
        bvt.wake(B, now);
        runUntil(5_000);
        bvt.block(B, now);
        runUntil(1_000_000);

        bvt.wake(B, now);

        // It may not make up for the second that it slept: from here on they are equals again.
        assertEquals("A 2000, B 4000, A 4000, B 4000, A 4000, B 4000", runUntil(1_022_000));
    }

    @Test
    void oneThatSleptShortlyKeepsWhatItOwes() {
        hog(A, 256);
        sleeper(B, 256, Warp.NONE);
        bvt.wake(B, now);
        assertEquals("A 2000, B 4000, A 1000", runUntil(7_000));
        assertEquals("A 1000", runUntil(8_000));
        bvt.block(B, now);
        bvt.wake(B, now);

        // A is at 4000 now, B at 4000 of virtual time, and nothing was forgiven or lent.
        assertEquals("A 2000, B 4000, A 4000", runUntil(18_000));
    }

    @Test
    void aWarpedOneRunsAsSoonAsItWakes() {
        hog(A, 256);
        sleeper(B, 256, new Warp(50_000, Warp.UNLIMITED, 0));
        runUntil(100_500);

        bvt.wake(B, now);

        assertEquals(now, cpu.deadline(0));
        assertEquals(B, cpu.settle(bvt, now));
    }

    @Test
    void aWarpWithinTheAllowanceShortensTheWaitByAsMuch() {
        hog(A, 256);
        sleeper(B, 256, new Warp(1_500, Warp.UNLIMITED, 0));
        runUntil(100_500);

        bvt.wake(B, now);

        assertEquals("A 500, B 4000", runUntil(105_000));
    }

    @Test
    void whatWasBorrowedIsPaidBack() {
        hog(A, 256);
        sleeper(B, 256, new Warp(20_000, Warp.UNLIMITED, 0));
        runUntil(10_000);
        bvt.wake(B, now);
        assertEquals("B 22000, A 4000, B 4000, A 4000", runUntil(44_000));

        // It is ahead by 18 now, and by 17 when A has run one more: 3 of the 20 can be borrowed still, and then C.
        bvt.block(B, now);
        assertEquals("A 1000", runUntil(45_000));
        bvt.wake(B, now);
        assertEquals("B 5000, A 4000", runUntil(54_000));
    }

    @Test
    void whoHasRunWarpedToItsLimitIsUnwarpedInTheMidstOfARun() {
        hog(A, 256);
        sleeper(B, 256, new Warp(1_000_000, 3_000, 0));
        runUntil(10_000);

        bvt.wake(B, now);

        // Three of warp; then B is ahead by 3 and A has until it is 2 ahead of that; then they are equals.
        assertEquals("B 3000, A 5000, B 4000, A 4000", runUntil(26_000));
    }

    @Test
    void theLimitHoldsForAWholeStretchOfShortRuns() {
        hog(A, 256);
        sleeper(B, 256, new Warp(1_000_000, 3_000, 20_000));
        runUntil(100_000);
        int atOnce = 0;
        for (int wakeUp = 0; wakeUp < 5; wakeUp++) {
            bvt.wake(B, now);
            if (cpu.settle(bvt, now) == B) {
                atOnce++;
                assertEquals("B 1000", runUntil(now + 1_000));
            }
            bvt.block(B, now);
            runUntil(now + 3_000);
        }

        assertEquals(3, atOnce, "three runs of a third of the limit each, for it had no rest between them");
    }

    @Test
    void itWarpsAgainOnlyWhenItHasRested() {
        hog(A, 256);
        sleeper(B, 256, new Warp(1_000_000, 3_000, 20_000));
        runUntil(100_000);
        bvt.wake(B, now);
        assertEquals("B 3000, A 2000", runUntil(105_000));
        bvt.block(B, now);

        runUntil(122_999);
        bvt.wake(B, now);
        assertEquals(A, cpu.settle(bvt, now));
        bvt.block(B, now);

        runUntil(123_000);
        bvt.wake(B, now);
        assertEquals(B, cpu.settle(bvt, now));
    }

    @Test
    void aNewWeightCountsFromNowOn() {
        hog(A, 256);
        hog(B, 256);
        assertEquals("A 2000, B 4000", runUntil(6_000));

        bvt.change(A, Share.of(1024), now);

        // A is 2 behind and has C, which is half a unit of its virtual time: 2 * 4 + 2; then B 2.5 units.
        assertEquals("A 10000, B 2500, A 10000, B 2500", runUntil(31_000));
    }

    @Test
    void aWarpThatIsTakenAwayEndsAtOnce() {
        hog(A, 256);
        sleeper(B, 256, new Warp(1_000_000, Warp.UNLIMITED, 0));
        runUntil(10_000);
        bvt.wake(B, now);
        assertEquals("B 5000", runUntil(15_000));

        bvt.change(B, Share.of(256), now);

        assertEquals(A, cpu.settle(bvt, now));
    }

    @Test
    void aNewcomerStartsAmongTheOthersAndNotInThePast() {
        hog(A, 256);
        hog(B, 256);
        runUntil(1_000_002_000);

        hog(D, 256);

        // D begins where the one that is behind is, and not at 0, from where it would run for a thousand seconds.
        assertEquals("B 2000, D 4000, A 2000, B 4000, D 2000, A 4000, B 2000, D 4000", runUntil(now + 24_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 255, 40_000, Share.MOST})
    void nothingIsLostToRoundingHoweverShortTheRuns(int weight) {
        BvtAccount account = new BvtAccount();
        account.open(Share.of(weight), 0);
        for (int run = 0; run < 1_000_000; run++) {
            account.charge(1 + run % 7, run);
        }
        long ran = 0;
        for (int run = 0; run < 1_000_000; run++) {
            ran += 1 + run % 7;
        }

        assertEquals(ran * 256 / weight, account.actual());
    }

    @Test
    void sharesHoldForDecades() {
        long allowance = BorrowedVirtualTime.LONGEST_ALLOWANCE;
        bvt = new BorrowedVirtualTime(1, 3, allowance, cpu);
        hog(A, 1);
        hog(B, 3);
        sleeper(D, 1, Warp.NONE);
        long[] ran = new long[3];
        long until = 30L * 365 * 86_400 * 1_000_000_000;
        int running = cpu.settle(bvt, now);
        while (now < until) {
            long next = Math.min(until, cpu.deadline(0));
            ran[running] += next - now;
            now = next;
            running = cpu.settle(bvt, now);
        }

        assertTrue(Math.abs(ran[A] - until / 4) <= 2 * allowance, "it ran " + ran[A]);
        // One that slept all this time neither is owed decades nor has to wait for one.
        bvt.wake(D, now);
        long woken = now;
        while (cpu.settle(bvt, now) != D) {
            now = cpu.deadline(0);
        }
        assertTrue(now - woken <= 8 * allowance, "it waited for " + (now - woken));
        bvt.decide(0, now);
        assertTrue(cpu.deadline(0) - now <= 4 * allowance, "it may run until " + cpu.deadline(0));
    }

    @Test
    void aLeapOfTheClockChargesForADayAtMostAndBreaksNothing() {
        hog(A, 1);
        hog(B, 1);
        cpu.settle(bvt, now);

        now = Long.MAX_VALUE - 1_000_000;
        assertEquals(B, cpu.settle(bvt, now));

        assertTrue(cpu.deadline(0) > now);
    }
}
