package dev.lodge.linux;

/** {@code struct rlimit} of x86-64 ({@code linux/resource.h}). */
@SuppressWarnings("IdentifierName")
final class rlimit {
    static final long SIZEOF = 16;

    static final long rlim_cur$offset = 0;

    private rlimit() {}
}
