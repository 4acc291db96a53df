package dev.lodge.linux;

/** {@code struct ifreq} ({@code linux/if.h}). */
@SuppressWarnings("IdentifierName")
final class ifreq {
    static final long SIZEOF = 40;

    static final long ifr_name$offset = 0;
    static final long ifr_flags$offset = 16;

    private ifreq() {}
}
