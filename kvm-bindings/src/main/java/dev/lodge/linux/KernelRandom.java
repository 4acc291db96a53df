package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.UUID;

/**
 * The kernel's random numbers, by {@code getrandom(2)}: as good as those of {@link java.security.SecureRandom}, whose
 * providers take tens of milliseconds to start.
 */
public final class KernelRandom {
    private static final int UUID_SIZE = 16;

    private KernelRandom() {}

    /**
     * A random UUID: version 4 of RFC 9562. Any thread may call it.
     *
     * @throws LinuxException when the kernel refuses
     */
    public static UUID uuid() {
        Syscall syscall = Syscall.current();
        // At most 256 bytes are never cut short, nor interrupted by a signal, once the kernel's generator is seeded.
        LinuxException.check(
                syscall.call(SystemCallNumber.GETRANDOM, syscall.scratchAddress(), UUID_SIZE, 0, 0, 0, 0), "getrandom");
        long high = syscall.scratch().get(JAVA_LONG, 0);
        long low = syscall.scratch().get(JAVA_LONG, Long.BYTES);
        return new UUID((high & ~0xf000L) | 0x4000, (low >>> 2) | Long.MIN_VALUE);
    }
}
