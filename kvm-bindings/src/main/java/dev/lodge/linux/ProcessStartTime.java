package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * When this process began, for a boot timeline that shall count the JVM's own start: field 22 of {@code /proc/self/stat}.
 * The kernel gives it in ticks of 10 ms, cut off, so a time is up to 10 ms too early.
 */
public final class ProcessStartTime {
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int FIELDS_FROM_NAME_TO_START = 20;

    private ProcessStartTime() {}

    /** Nanoseconds on {@link Clock#BOOTTIME}. */
    public static long boottimeNanos() {
        try (FileDescriptor file = FileDescriptor.open("/proc/self/stat", OpenFlag.O_RDONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(1024);
            int length = (int) file.preadFully(text, 0);
            byte[] bytes = text.asSlice(0, length).toArray(JAVA_BYTE);
            return startTicks(new String(bytes, StandardCharsets.ISO_8859_1)) * NANOS_PER_TICK;
        }
    }

    /** Nanoseconds on the scale of {@link System#nanoTime}, right as long as the host is not suspended meanwhile. */
    public static long monotonicNanos() {
        return boottimeNanos() - (Clock.boottimeNanos() - Clock.monotonicNanos());
    }

    /** Field 22. The process's name, field 2, is in brackets and may itself hold blanks and brackets. */
    static long startTicks(String stat) {
        int end = stat.lastIndexOf(')');
        for (int i = 0; i < FIELDS_FROM_NAME_TO_START && end >= 0; i++) {
            end = stat.indexOf(' ', end + 1);
        }
        int stop = end < 0 ? -1 : stat.indexOf(' ', end + 1);
        if (stop < 0) {
            throw new IllegalArgumentException("/proc/self/stat has no field 22: " + stat);
        }
        return Long.parseLong(stat, end + 1, stop, 10);
    }
}
