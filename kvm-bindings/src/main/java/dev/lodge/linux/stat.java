package dev.lodge.linux;

/** {@code struct stat} of x86-64 ({@code asm/stat.h}). */
@SuppressWarnings("IdentifierName")
final class stat {
    static final long SIZEOF = 144;

    static final long st_dev$offset = 0;
    static final long st_ino$offset = 8;
    static final long st_nlink$offset = 16;
    static final long st_mode$offset = 24;
    static final long st_uid$offset = 28;
    static final long st_gid$offset = 32;
    static final long st_rdev$offset = 40;
    static final long st_size$offset = 48;
    static final long st_blksize$offset = 56;
    static final long st_blocks$offset = 64;
    static final long st_atim$offset = 72;
    static final long st_mtim$offset = 88;
    static final long st_ctim$offset = 104;

    private stat() {}
}
