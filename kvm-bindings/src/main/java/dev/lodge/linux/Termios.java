package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The settings of a terminal at one moment ({@code termios(3)}). Immutable: keep what {@link #of} gave and
 * {@link #applyAfterDrain} it to restore the terminal.
 */
public final class Termios {
    static final int TCGETS = 0x5401;
    static final int TCSETS = 0x5402;
    static final int TCSETSW = 0x5403;
    static final int TIOCGWINSZ = 0x5413;

    static final int IGNBRK = 0x001;
    static final int BRKINT = 0x002;
    static final int PARMRK = 0x008;
    static final int ISTRIP = 0x020;
    static final int INLCR = 0x040;
    static final int IGNCR = 0x080;
    static final int ICRNL = 0x100;
    static final int IXON = 0x400;
    static final int OPOST = 0x01;
    static final int ISIG = 0x0001;
    static final int ICANON = 0x0002;
    static final int ECHO = 0x0008;
    static final int ECHONL = 0x0040;
    static final int IEXTEN = 0x8000;
    static final int CSIZE = 0x30;
    static final int CS8 = 0x30;
    static final int PARENB = 0x100;
    static final int VTIME = 5;
    static final int VMIN = 6;

    private final byte[] settings;

    private Termios(byte[] settings) {
        this.settings = settings;
    }

    /** Rows and columns of a terminal's window. */
    public record WindowSize(int rows, int columns) {}

    /** Whether an open file is a terminal. */
    public static boolean isTerminal(int fd) {
        Syscall syscall = Syscall.current();
        return syscall.ioctl(fd, TCGETS, syscall.scratchAddress()) >= 0;
    }

    /**
     * A terminal's settings now.
     *
     * @throws LinuxException with {@code ENOTTY} when the file is no terminal
     */
    public static Termios of(int fd) {
        Syscall syscall = Syscall.current();
        LinuxException.check(syscall.ioctl(fd, TCGETS, syscall.scratchAddress()), "TCGETS");
        return new Termios(syscall.scratch().asSlice(0, termios.SIZEOF).toArray(JAVA_BYTE));
    }

    /**
     * The size of a terminal's window.
     *
     * @throws LinuxException with {@code ENOTTY} when the file is no terminal
     */
    public static WindowSize windowSize(int fd) {
        Syscall syscall = Syscall.current();
        LinuxException.check(syscall.ioctl(fd, TIOCGWINSZ, syscall.scratchAddress()), "TIOCGWINSZ");
        MemorySegment size = syscall.scratch();
        return new WindowSize(
                Short.toUnsignedInt(size.get(JAVA_SHORT, winsize.ws_row$offset)),
                Short.toUnsignedInt(size.get(JAVA_SHORT, winsize.ws_col$offset)));
    }

    /** These settings with every byte passed through as it is: no echo, no lines, no signals, no translation. */
    public Termios raw() {
        byte[] changed = settings.clone();
        MemorySegment view = MemorySegment.ofArray(changed);
        clear(view, termios.c_iflag$offset, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        clear(view, termios.c_oflag$offset, OPOST);
        clear(view, termios.c_lflag$offset, ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        clear(view, termios.c_cflag$offset, CSIZE | PARENB);
        view.set(
                JAVA_INT_UNALIGNED, termios.c_cflag$offset, view.get(JAVA_INT_UNALIGNED, termios.c_cflag$offset) | CS8);
        changed[(int) termios.c_cc$offset + VMIN] = 1;
        changed[(int) termios.c_cc$offset + VTIME] = 0;
        return new Termios(changed);
    }

    /** Gives a terminal these settings at once. */
    public void apply(int fd) {
        set(fd, TCSETS, "TCSETS");
    }

    /** Gives a terminal these settings when what was written to it has been shown. */
    public void applyAfterDrain(int fd) {
        set(fd, TCSETSW, "TCSETSW");
    }

    /** {@code c_lflag}: whether it echoes, edits lines and makes signals. */
    public int localModes() {
        return MemorySegment.ofArray(settings).get(JAVA_INT_UNALIGNED, termios.c_lflag$offset);
    }

    /** {@code c_oflag}: how it changes what is written to it. */
    public int outputModes() {
        return MemorySegment.ofArray(settings).get(JAVA_INT_UNALIGNED, termios.c_oflag$offset);
    }

    private void set(int fd, int request, String call) {
        Syscall syscall = Syscall.current();
        MemorySegment.copy(settings, 0, syscall.scratch(), JAVA_BYTE, 0, settings.length);
        LinuxException.check(syscall.ioctl(fd, request, syscall.scratchAddress()), call);
    }

    private static void clear(MemorySegment view, long offset, int bits) {
        view.set(JAVA_INT_UNALIGNED, offset, view.get(JAVA_INT_UNALIGNED, offset) & ~bits);
    }
}
