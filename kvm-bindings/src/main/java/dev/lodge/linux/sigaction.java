package dev.lodge.linux;

/** The kernel's {@code struct sigaction} of x86-64 ({@code asm/signal.h}), which differs from libc's. */
@SuppressWarnings("IdentifierName")
final class sigaction {
    static final long SIZEOF = 32;

    static final long sa_handler$offset = 0;
    static final long sa_flags$offset = 8;
    static final long sa_restorer$offset = 16;
    static final long sa_mask$offset = 24;

    private sigaction() {}
}
