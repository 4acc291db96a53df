package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KernelRandomTest {
    private static final int RFC_9562_VARIANT = 2;
    private static final int RANDOM_VERSION = 4;

    @Test
    void aUuidSaysThatItIsRandom() {
        for (int i = 0; i < 100; i++) {
            UUID uuid = KernelRandom.uuid();
            assertEquals(RANDOM_VERSION, uuid.version());
            assertEquals(RFC_9562_VARIANT, uuid.variant());
        }
    }

    @Test
    void everyOtherBitTakesBothValues() {
        long highOnes = 0;
        long highZeros = 0;
        long lowOnes = 0;
        long lowZeros = 0;
        for (int i = 0; i < 200; i++) {
            UUID uuid = KernelRandom.uuid();
            highOnes |= uuid.getMostSignificantBits();
            highZeros |= ~uuid.getMostSignificantBits();
            lowOnes |= uuid.getLeastSignificantBits();
            lowZeros |= ~uuid.getLeastSignificantBits();
        }
        assertEquals(~0xf000L | 0x4000, highOnes);
        assertEquals(~0x4000L, highZeros);
        assertEquals(~(1L << 62), lowOnes);
        assertEquals(Long.MAX_VALUE, lowZeros);
    }

    @Test
    void noTwoAreAlike() {
        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(KernelRandom.uuid());
        }
        assertEquals(1000, seen.size());
    }

    @Test
    void givesAsManyBytesAsAreAskedForAndOthersEachTime() {
        assertEquals(0, KernelRandom.bytes(0).length);
        assertEquals(256, KernelRandom.bytes(256).length);
        assertFalse(Arrays.equals(KernelRandom.bytes(64), KernelRandom.bytes(64)));
        assertThrows(IllegalArgumentException.class, () -> KernelRandom.bytes(-1));
        assertThrows(IllegalArgumentException.class, () -> KernelRandom.bytes(257));
    }
}
