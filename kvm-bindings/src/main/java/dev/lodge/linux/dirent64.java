package dev.lodge.linux;

/** {@code struct dirent64} ({@code dirent.h}), the kernel's {@code linux_dirent64}, whose name is as long as it needs to be. */
@SuppressWarnings("IdentifierName")
final class dirent64 {
    static final long d_ino$offset = 0;
    static final long d_off$offset = 8;
    static final long d_reclen$offset = 16;
    static final long d_type$offset = 18;
    static final long d_name$offset = 19;

    private dirent64() {}
}
