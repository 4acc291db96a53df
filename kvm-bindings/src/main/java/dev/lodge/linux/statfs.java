package dev.lodge.linux;

/** {@code struct statfs} of x86-64 ({@code asm-generic/statfs.h}). */
@SuppressWarnings("IdentifierName")
final class statfs {
    static final long SIZEOF = 120;

    static final long f_type$offset = 0;
    static final long f_bsize$offset = 8;
    static final long f_blocks$offset = 16;
    static final long f_bfree$offset = 24;
    static final long f_bavail$offset = 32;
    static final long f_files$offset = 40;
    static final long f_ffree$offset = 48;
    static final long f_fsid$offset = 56;
    static final long f_namelen$offset = 64;

    private statfs() {}
}
