package dev.lodge.linux;

/** The kernel's {@code struct termios} ({@code asm-generic/termbits.h}), which is smaller than libc's. */
@SuppressWarnings("IdentifierName")
final class termios {
    static final long SIZEOF = 36;

    static final long c_iflag$offset = 0;
    static final long c_oflag$offset = 4;
    static final long c_cflag$offset = 8;
    static final long c_lflag$offset = 12;
    static final long c_line$offset = 16;
    static final long c_cc$offset = 17;

    private termios() {}
}
