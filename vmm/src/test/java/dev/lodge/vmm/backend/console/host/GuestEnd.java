package dev.lodge.vmm.backend.console.host;

import dev.lodge.vmm.Console;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** The guest's side of a console, as the domain's I/O thread plays it: it never waits but for being told to come again. */
final class GuestEnd {
    private final Console console;
    private final Semaphore resumed = new Semaphore(0);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final MemorySegment room = Arena.ofAuto().allocate(1024);

    GuestEnd(Console console) {
        this.console = console;
        console.attached(resumed::release);
    }

    /** Says something, and waits for room as long as it takes; returns how many bytes were taken. */
    int say(String text) throws InterruptedException {
        return say(text.getBytes(StandardCharsets.UTF_8));
    }

    int say(byte[] text) throws InterruptedException {
        int at = 0;
        while (at < text.length) {
            int taken = offer(text, at);
            at += taken;
            if (taken == 0) {
                resumed.acquire();
            }
        }
        return at;
    }

    /** Says as much as is taken at once, in pieces such as a ring's, and returns how much that was. */
    int sayAtOnce(byte[] text) {
        int at = 0;
        int taken = 1;
        while (at < text.length && taken > 0) {
            taken = offer(text, at);
            at += taken;
        }
        return at;
    }

    private int offer(byte[] text, int at) {
        byte[] piece = java.util.Arrays.copyOfRange(text, at, Math.min(text.length, at + 2048));
        return console.output(MemorySegment.ofArray(piece));
    }

    /** Reads until it has got that much. */
    String hear(int length) throws InterruptedException {
        while (received.size() < length) {
            int count = console.input(room);
            received.writeBytes(room.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            if (count == 0) {
                resumed.acquire();
            }
        }
        return received.toString(StandardCharsets.UTF_8);
    }

    byte[] heard() {
        return received.toByteArray();
    }
}
