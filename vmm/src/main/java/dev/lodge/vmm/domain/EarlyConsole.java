package dev.lodge.vmm.domain;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.io.IoLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a guest says before it has a console: by port 0xe9 one byte at a time, or by {@code CONSOLEIO_write}. It waits here
 * for the I/O thread; what does not fit is dropped, since a vCPU must not wait for a reader.
 *
 * <p>Written by any of the domain's threads, passed on by the I/O thread.
 */
final class EarlyConsole {

    private static final int SIZE = 64 << 10;

    private final Console host;
    private final IoLoop.Bell bell;
    private final MemorySegment waiting = Arena.ofAuto().allocate(SIZE);
    private int length;

    EarlyConsole(Console host, IoLoop loop) {
        this.host = host;
        bell = loop.bell(this::pass);
        host.attached(bell::ring);
    }

    synchronized void write(byte value) {
        if (length < SIZE) {
            waiting.set(ValueLayout.JAVA_BYTE, length++, value);
        }
        if (value == '\n' || length == SIZE) {
            bell.ring();
        }
    }

    synchronized void write(MemorySegment bytes) {
        int count = (int) Math.min(bytes.byteSize(), SIZE - length);
        MemorySegment.copy(bytes, 0, waiting, length, count);
        length += count;
        bell.ring();
    }

    /** Passes on what the host's end takes. */
    synchronized void pass() {
        if (length > 0) {
            int taken = host.output(waiting.asSlice(0, length));
            length -= taken;
            MemorySegment.copy(waiting, taken, waiting, 0, length);
        }
    }

    synchronized boolean isDrained() {
        return length == 0;
    }
}
