package dev.lodge.cli;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Remembers the end of what a guest's kernel said, and passes it on where it is to be seen.
 *
 * <p>{@code recent} is the lock of the remembered bytes: the I/O thread writes, the main thread reads.
 */
final class ConsoleTail implements Console {
    private static final int LINES = 20;
    private static final String PANIC = "Kernel panic - not syncing";

    private final byte[] recent = new byte[16 << 10];
    private final Console shown;
    private long written;

    /** A tail of what {@code shown} gets; it says how much is taken. */
    ConsoleTail(Console shown) {
        this.shown = shown;
    }

    @Override
    public void attached(ConsolePort port) {
        shown.attached(port);
    }

    @Override
    public int output(MemorySegment bytes) {
        int taken = shown.output(bytes);
        synchronized (recent) {
            for (long i = Math.max(0, taken - recent.length); i < taken; i++) {
                recent[(int) ((written + i) % recent.length)] = bytes.get(ValueLayout.JAVA_BYTE, i);
            }
            written += taken;
        }
        return taken;
    }

    @Override
    public int input(MemorySegment room) {
        return shown.input(room);
    }

    /** Prints the last lines, without what could steer a terminal. */
    void printTo(PrintStream stream) {
        String text = text();
        int start = text.length();
        for (int lines = 0; start > 0 && lines < LINES; lines++) {
            start = text.lastIndexOf('\n', start - 2) + 1;
        }
        if (start < text.length()) {
            stream.println(text.substring(start).stripTrailing());
        }
    }

    /** The line by which a Linux kernel gives up, from its first word on; empty when there is none. */
    String panic() {
        String text = text();
        int start = text.lastIndexOf(PANIC);
        if (start < 0) {
            return "";
        }
        int end = text.indexOf('\n', start);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    private String text() {
        byte[] bytes;
        synchronized (recent) {
            int length = (int) Math.min(written, recent.length);
            bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = recent[(int) ((written - length + i) % recent.length)];
            }
        }
        var text = new StringBuilder(bytes.length);
        for (char c : new String(bytes, StandardCharsets.UTF_8).toCharArray()) {
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                text.append(c);
            }
        }
        return text.toString();
    }
}
