package dev.lodge.integration;

import dev.lodge.vmm.Console;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Remembers all that a guest writes. Its own lock: the I/O thread writes, tests read. */
final class TextConsole implements Console {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public synchronized int output(MemorySegment bytes) {
        written.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
        notifyAll();
        return (int) bytes.byteSize();
    }

    @Override
    public int input(MemorySegment room) {
        return 0;
    }

    synchronized String text() {
        return written.toString(StandardCharsets.ISO_8859_1);
    }

    /** Waits until the guest has written something; the test's time limit is the limit. */
    synchronized void await(String expected) throws InterruptedException {
        while (!text().contains(expected)) {
            wait(1000);
        }
    }
}
