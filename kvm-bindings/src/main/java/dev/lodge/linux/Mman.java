package dev.lodge.linux;

/** Constants of {@code mmap(2)}, {@code madvise(2)} and {@code memfd_create(2)} on x86-64, under their C names. */
public final class Mman {
    public static final int PROT_NONE = 0;
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;

    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;
    public static final int MAP_POPULATE = 0x8000;

    public static final int MADV_DONTNEED = 4;
    public static final int MADV_REMOVE = 9;
    public static final int MADV_HUGEPAGE = 14;
    public static final int MADV_NOHUGEPAGE = 15;
    public static final int MADV_DONTDUMP = 16;

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;

    /** Bytes in a page. */
    public static final long PAGE_SIZE = 4096;

    /** Bytes in a huge page, the largest step by which KVM maps guest memory for transparent huge pages. */
    public static final long HUGE_PAGE_SIZE = 2 << 20;

    private Mman() {}
}
