package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * The kernel's random numbers, by {@code getrandom(2)}: as good as those of {@link java.security.SecureRandom}, whose
 * providers take tens of milliseconds to start.
 */
public final class KernelRandom {
    private static final int UUID_SIZE = 16;

    /** So many are never cut short, nor interrupted by a signal, once the kernel's generator is seeded. */
    private static final int MOST_AT_ONCE = 256;

    private KernelRandom() {}

    /**
     * A random UUID: version 4 of RFC 9562. Any thread may call it.
     *
     * @throws LinuxException when the kernel refuses
     */
    public static UUID uuid() {
        Syscall syscall = fillScratch(UUID_SIZE);
        long high = syscall.scratch().get(JAVA_LONG, 0);
        long low = syscall.scratch().get(JAVA_LONG, Long.BYTES);
        return new UUID((high & ~0xf000L) | 0x4000, (low >>> 2) | Long.MIN_VALUE);
    }

    /**
     * Random bytes. Any thread may call it.
     *
     * @param count 0 to 256
     * @throws LinuxException when the kernel refuses
     */
    public static byte[] bytes(int count) {
        if (count < 0 || count > MOST_AT_ONCE) {
            throw new IllegalArgumentException(count + " random bytes: 0 to " + MOST_AT_ONCE);
        }
        byte[] bytes = new byte[count];
        MemorySegment.copy(fillScratch(count).scratch(), JAVA_BYTE, 0, bytes, 0, count);
        return bytes;
    }

    private static Syscall fillScratch(int count) {
        Syscall syscall = Syscall.current();
        LinuxException.check(
                syscall.call(SystemCallNumber.GETRANDOM, syscall.scratchAddress(), count, 0, 0, 0, 0), "getrandom");
        return syscall;
    }
}
