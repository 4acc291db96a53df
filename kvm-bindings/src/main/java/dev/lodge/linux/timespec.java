package dev.lodge.linux;

/** {@code struct timespec} ({@code linux/time.h}). */
@SuppressWarnings("IdentifierName")
final class timespec {
    static final long SIZEOF = 16;

    static final long tv_sec$offset = 0;
    static final long tv_nsec$offset = 8;

    private timespec() {}
}
