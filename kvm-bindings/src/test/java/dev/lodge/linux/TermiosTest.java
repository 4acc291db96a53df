package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The terminal side of a pseudo-terminal. */
class TermiosTest {
    private static final int TIOCGPTN = 0x80045430;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCSWINSZ = 0x5414;

    private FileDescriptor master = FileDescriptor.borrowed("none", -1);
    private FileDescriptor terminal = FileDescriptor.borrowed("none", -1);

    @BeforeEach
    void openAPseudoTerminal() {
        master = FileDescriptor.open("/dev/ptmx", OpenFlag.O_RDWR | OpenFlag.O_NOCTTY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            master.ioctl("TIOCSPTLCK", TIOCSPTLCK, number);
            master.ioctl("TIOCGPTN", Integer.toUnsignedLong(TIOCGPTN), number);
            terminal = FileDescriptor.open("/dev/pts/" + number.get(JAVA_INT, 0), OpenFlag.O_RDWR | OpenFlag.O_NOCTTY);
        }
    }

    @AfterEach
    void closeIt() {
        terminal.close();
        master.close();
    }

    @Test
    void aTerminalIsToldFromAFile() {
        assertTrue(Termios.isTerminal(terminal.fd()));
        try (FileDescriptor file = FileDescriptor.open("/dev/null", OpenFlag.O_RDWR)) {
            assertFalse(Termios.isTerminal(file.fd()));
            LinuxException refused = assertThrows(LinuxException.class, () -> Termios.of(file.fd()));
            assertEquals(Errno.ENOTTY, refused.errno());
        }
    }

    @Test
    void rawModePassesEveryByteAndWhatWasBeforeComesBack() {
        Termios before = Termios.of(terminal.fd());
        int cooked = Termios.ECHO | Termios.ICANON | Termios.ISIG;
        assertEquals(cooked, before.localModes() & cooked);
        before.raw().apply(terminal.fd());
        Termios raw = Termios.of(terminal.fd());
        assertEquals(0, raw.localModes() & cooked);
        assertEquals(0, raw.outputModes() & Termios.OPOST);
        before.applyAfterDrain(terminal.fd());
        assertEquals(before.localModes(), Termios.of(terminal.fd()).localModes());
        assertEquals(before.outputModes(), Termios.of(terminal.fd()).outputModes());
    }

    @Test
    void inRawModeAControlCharacterIsAByte() {
        Termios.of(terminal.fd()).raw().apply(terminal.fd());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment typed = arena.allocateFrom("\u0003\r\u001d");
            assertEquals(3, master.write(typed.asSlice(0, 3)));
            MemorySegment read = arena.allocate(8);
            assertEquals(3, terminal.read(read));
            assertEquals(-1, typed.asSlice(0, 3).mismatch(read.asSlice(0, 3)));
        }
    }

    @Test
    void theWindowHasTheSizeThatItsOtherEndSays() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(winsize.SIZEOF);
            size.set(JAVA_SHORT_UNALIGNED, winsize.ws_row$offset, (short) 40_000);
            size.set(JAVA_SHORT_UNALIGNED, winsize.ws_col$offset, (short) 132);
            master.ioctl("TIOCSWINSZ", TIOCSWINSZ, size);
        }
        assertEquals(new Termios.WindowSize(40_000, 132), Termios.windowSize(terminal.fd()));
    }
}
