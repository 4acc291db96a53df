package dev.lodge.vmm.agent;

import dev.lodge.vmm.ConsolePort;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * The guest's end of a session: frames written by hand, as {@code channel.h} of the agent describes them, through a
 * console with the room of Xen's ring. The test's thread stands in for the domain's I/O thread.
 */
final class FakeAgent implements ConsolePort {
    static final int STARTED = 0x81;
    static final int STDOUT = 0x82;
    static final int STDERR = 0x83;
    static final int STDIN_CREDIT = 0x84;
    static final int EXITED = 0x85;
    static final int EXEC_FAILED = 0x86;
    static final int FAILED = 0x87;

    private static final int RING = 1024;

    private final AgentSession session;
    private final Semaphore resumed = new Semaphore(0);

    FakeAgent(AgentSession session) {
        this.session = session;
        session.attached(this);
    }

    @Override
    public void resume() {
        resumed.release();
    }

    void starts(int credit) {
        sends(STARTED, 1, 0, credit, credit >> 8, credit >> 16, credit >> 24);
    }

    void exits(int status) {
        sends(EXITED, status, 0, 0, 0);
    }

    void sends(int type, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        sends(type, bytes);
    }

    void sends(int type, String payload) {
        sends(type, payload.getBytes(StandardCharsets.UTF_8));
    }

    void sends(int type, byte[] payload) {
        writes(frame(type, payload));
    }

    /** Writes bytes, a ring at a time, waiting while the host takes none. */
    void writes(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        long at = 0;
        while (at < bytes.length) {
            long taken = session.output(all.asSlice(at, Math.min(RING, bytes.length - at)));
            at += taken;
            if (taken == 0) {
                awaitResume();
            }
        }
    }

    /** How much of these bytes the host takes before it wants no more for now. */
    int writesWithoutWaiting(byte[] bytes) {
        return session.output(MemorySegment.ofArray(bytes));
    }

    /** Everything the host sends now, in pieces of {@code room} bytes. */
    byte[] reads(int room) {
        var received = new ByteArrayOutputStream();
        MemorySegment piece = MemorySegment.ofArray(new byte[room]);
        for (int got = session.input(piece); got > 0; got = session.input(piece)) {
            received.writeBytes(piece.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE));
        }
        return received.toByteArray();
    }

    /** Reads, waiting for the host if need be, until so many bytes have come. */
    byte[] readsAtLeast(int length) {
        var received = new ByteArrayOutputStream();
        received.writeBytes(reads(RING));
        while (received.size() < length) {
            awaitResume();
            received.writeBytes(reads(RING));
        }
        return received.toByteArray();
    }

    static byte[] frame(int type, byte[] payload) {
        byte[] frame = new byte[3 + payload.length];
        frame[0] = (byte) type;
        frame[1] = (byte) payload.length;
        frame[2] = (byte) (payload.length >> 8);
        System.arraycopy(payload, 0, frame, 3, payload.length);
        return frame;
    }

    private void awaitResume() {
        resumed.acquireUninterruptibly();
    }
}
