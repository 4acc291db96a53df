package dev.lodge.linux;

/** {@code struct itimerspec} ({@code linux/time.h}): when a timer next fires and how often from then on. */
@SuppressWarnings("IdentifierName")
final class itimerspec {
    static final long SIZEOF = 32;

    static final long it_interval$tv_sec$offset = 0;
    static final long it_interval$tv_nsec$offset = 8;
    static final long it_value$tv_sec$offset = 16;
    static final long it_value$tv_nsec$offset = 24;

    private itimerspec() {}
}
