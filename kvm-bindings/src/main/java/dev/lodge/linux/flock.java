package dev.lodge.linux;

/** {@code struct flock} of x86-64 ({@code asm-generic/fcntl.h}). */
@SuppressWarnings("IdentifierName")
final class flock {
    static final long SIZEOF = 32;

    static final long l_type$offset = 0;
    static final long l_whence$offset = 2;
    static final long l_start$offset = 8;
    static final long l_len$offset = 16;
    static final long l_pid$offset = 24;

    private flock() {}
}
