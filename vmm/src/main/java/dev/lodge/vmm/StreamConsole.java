package dev.lodge.vmm;

import dev.lodge.vmm.agent.InputPump;
import dev.lodge.vmm.agent.OutputPump;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A guest console connected to streams that may block. Threads of its own read and write them; when the output is not
 * taken the guest is held up, and an output that fails swallows the rest.
 */
public final class StreamConsole implements Console {
    private final OutputPump output;
    private final @Nullable InputPump input;
    private final byte[] piece = new byte[2048];
    private volatile @Nullable ConsolePort port;

    /**
     * @param output flushed after each write, never closed
     * @param input null for a console without a keyboard; never closed
     */
    public StreamConsole(OutputStream output, @Nullable InputStream input) {
        this.output = new OutputPump("console-out", output, new OutputPump.Listener() {
            @Override
            public void room() {
                resume();
            }

            @Override
            public void broken(IOException cause) {
                resume();
            }
        });
        this.input = input == null ? null : new InputPump("console-in", input, this::resume);
    }

    @Override
    public void attached(ConsolePort newPort) {
        port = newPort;
        if (input != null) {
            input.start();
        }
    }

    @Override
    public int output(MemorySegment bytes) {
        return output.offer(bytes.asByteBuffer());
    }

    @Override
    public int input(MemorySegment room) {
        if (input == null) {
            return 0;
        }
        int length = input.take(piece, 0, (int) Math.min(room.byteSize(), piece.length));
        MemorySegment.copy(piece, 0, room, ValueLayout.JAVA_BYTE, 0, length);
        return length;
    }

    /** Waits until the output stream has taken every byte, and reads no further input; to be called before the domain is closed. */
    public void finish() throws InterruptedException {
        if (input != null) {
            input.stop();
        }
        output.finishAndWait();
        port = null;
    }

    private void resume() {
        ConsolePort attached = port;
        if (attached != null) {
            attached.resume();
        }
    }
}
