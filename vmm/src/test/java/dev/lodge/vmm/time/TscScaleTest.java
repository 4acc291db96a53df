package dev.lodge.vmm.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code struct vcpu_time_info} of {@code xen/include/public/xen.h}, against exact arithmetic. */
class TscScaleTest {

    @Test
    void oneGigahertzExactlyHasAMultiplierThatLinuxCanDivideBy() {
        TscScale scale = TscScale.of(1_000_000);
        assertEquals(new TscScale(1 << 31, 1), scale);
        assertEquals(1_000_000_007, scale.nanos(1_000_000_007));
    }

    @Test
    void powersOfTwoOfAGigahertzAreExact() {
        for (int shift = -4; shift <= 3; shift++) {
            long kilohertz = shift < 0 ? 1_000_000 >> -shift : 1_000_000L << shift;
            TscScale scale = TscScale.of(kilohertz);
            assertNotEquals(0, scale.multiplier());
            assertEquals(1_000_000_000, scale.nanos(kilohertz * 1000), kilohertz + " kHz");
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                999_000, 999_999, 1_000_000, 1_000_001, 1_999_999, 2_000_000, 2_000_001, 2_596_018, 2_899_999,
                3_417_601, 5_000_000
            })
    void theErrorStaysBelowOneNanosecondAMillisecond(long kilohertz) {
        TscScale scale = TscScale.of(kilohertz);
        for (long millis : new long[] {1, 10, 1_000, 60_000, 86_400_000L, 1L << 33}) {
            long ticks = millis * kilohertz;
            long error = exactNanos(ticks, kilohertz) - scale.nanos(ticks);
            assertTrue(error >= 0 && error <= 1 + millis, error + " ns in " + millis + " ms");
        }
    }

    @Test
    void theMultiplierUsesItsHighestBitAndTheFormulaInTheHeaderGivesTheFrequencyBack() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long kilohertz = 1 + random.nextLong(20_000_000);
            TscScale scale = TscScale.of(kilohertz);
            assertTrue(scale.multiplier() < 0, kilohertz + " kHz");
            long hertz = (1_000_000_000L << 32) / Integer.toUnsignedLong(scale.multiplier());
            long unshifted = scale.shift() < 0 ? hertz << -scale.shift() : hertz >> scale.shift();
            assertTrue(Math.abs(unshifted - kilohertz * 1000) <= 1 + kilohertz / 1_000, kilohertz + " kHz");
        }
    }

    @Test
    void timeNeverGoesBackFromTickToTick() {
        TscScale scale = TscScale.of(2_596_018);
        long before = 0;
        for (long ticks = 1L << 44; ticks < (1L << 44) + 100_000; ticks++) {
            long now = scale.nanos(ticks);
            assertTrue(now >= before);
            before = now;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aTscThatStandsStillHasNoScale(long kilohertz) {
        assertThrows(IllegalArgumentException.class, () -> TscScale.of(kilohertz));
    }

    private static long exactNanos(long ticks, long kilohertz) {
        return BigInteger.valueOf(ticks)
                .multiply(BigInteger.valueOf(1_000_000))
                .divide(BigInteger.valueOf(kilohertz))
                .longValueExact();
    }
}
