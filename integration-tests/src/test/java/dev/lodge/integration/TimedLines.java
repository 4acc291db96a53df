package dev.lodge.integration;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lines of text, and when the end of each came. */
final class TimedLines extends OutputStream {
    private record Line(String text, long nanoTime) {}

    private final List<Line> lines = new ArrayList<>();
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int value) {
        if (value == '\n') {
            lines.add(new Line(current.toString(StandardCharsets.UTF_8), System.nanoTime()));
            current.reset();
        } else {
            current.write(value);
        }
    }

    synchronized int count() {
        return lines.size();
    }

    synchronized String text(int line) {
        return lines.get(line).text();
    }

    /** When it came, from an arbitrary origin. */
    synchronized double seconds(int line) {
        return lines.get(line).nanoTime() / 1e9;
    }

    @Override
    public synchronized String toString() {
        return lines.toString();
    }
}
