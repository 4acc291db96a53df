package dev.lodge.vmm.network.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditTest {

    private static final long SECOND = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 1_000_000, 1_234_567, 1_000_000_000, Credit.MOST})
    void inTheLongRunTheRateIsKept(long rate) {
        Credit credit = new Credit(rate, 0);
        long now = 0;
        long spent = 0;
        long last = 0;
        for (int i = 0; i < 2_000; i++) {
            assertTrue(credit.spend(1_500, now));
            spent += 1_500;
            last = now;
            now = credit.availableAt(now);
        }
        double allowed = Math.max(3_000, rate / 20.0) + 1_500 + last / 1e9 * rate;
        assertTrue(spent <= allowed + 1, spent + " of " + allowed);
        if (last > SECOND) {
            assertTrue(spent > allowed * 0.98, spent + " of " + allowed);
        }
    }

    @Test
    void whoHasNothingLeftWaitsUntilThen() {
        Credit credit = new Credit(1_000_000, 0);
        assertTrue(credit.spend(60_000, 0));
        long then = credit.availableAt(0);
        assertEquals(10_001_000, then, "50,000 bytes were saved up, so 10,001 are missing");
        assertFalse(credit.spend(1, then - 1_000));
        assertTrue(credit.spend(1, then));
    }

    @Test
    void anHourOfSilenceSavesUpNoMoreThanABurst() {
        Credit credit = new Credit(1_000_000, 0);
        long now = 3_600 * SECOND;
        int frames = 0;
        while (credit.spend(1_000, now)) {
            frames++;
        }
        assertEquals(50, frames);
    }

    @Test
    void aClockThatGoesBackGivesNothing() {
        Credit credit = new Credit(1_000, SECOND);
        assertTrue(credit.spend(3_000, SECOND));
        assertFalse(credit.spend(1, 0));
    }

    @Test
    void ratesThatAreNoneAreRefused() {
        for (long rate : new long[] {0, -1, Credit.MOST + 1, Long.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> new Credit(rate, 0));
        }
    }
}
