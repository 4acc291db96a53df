package dev.lodge.linux;

/** {@code struct winsize} ({@code asm-generic/termios.h}). */
@SuppressWarnings("IdentifierName")
final class winsize {
    static final long SIZEOF = 8;

    static final long ws_row$offset = 0;
    static final long ws_col$offset = 2;

    private winsize() {}
}
