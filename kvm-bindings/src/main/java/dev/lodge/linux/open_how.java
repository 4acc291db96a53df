package dev.lodge.linux;

/** {@code struct open_how} ({@code linux/openat2.h}). */
@SuppressWarnings("IdentifierName")
final class open_how {
    static final long SIZEOF = 24;

    static final long flags$offset = 0;
    static final long mode$offset = 8;
    static final long resolve$offset = 16;

    private open_how() {}
}
