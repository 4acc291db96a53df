package dev.lodge.vmm.agent;

import dev.lodge.guest.AgentDecoder;
import dev.lodge.guest.AgentFrames;
import dev.lodge.guest.AgentListener;
import dev.lodge.guest.AgentProtocolException;
import dev.lodge.guest.TerminalSize;
import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The host's end of one command channel: the guest's second console, spoken to in frames.
 *
 * <p>The domain's I/O thread calls {@link #output} and {@link #input} and owns the decoder, the credit and the frame
 * under way. Other threads ask for signals and window sizes through {@code requests}, which is its own lock; no other
 * lock is taken under it. {@code result} is written once, by the I/O thread, and read by any.
 */
public final class AgentSession implements Console {
    private static final int SIGPIPE = 13;
    private static final int STDIN_BYTES = 4096;
    private static final int PIECE_BYTES = 4096;
    private static final int REQUESTS = 64;

    private final AgentDecoder decoder = new AgentDecoder(new Frames());
    private final OutputPump stdout;
    private final OutputPump stderr;
    private final @Nullable InputPump stdin;
    private final Runnable ended;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    private final byte[] stdinFrame = new byte[AgentFrames.HEADER_BYTES + STDIN_BYTES];
    private final ArrayDeque<byte[]> requests = new ArrayDeque<>();
    private byte[] frame = stdinFrame;
    private int frameAt;
    private int frameEnd;
    private long credit;
    private boolean started;
    private boolean eofSent;
    private volatile @Nullable ConsolePort port;
    private volatile @Nullable CommandResult result;

    /**
     * @param stdin what the command reads; null for an empty input
     * @param stdout written by a thread of the session's own, as is {@code stderr}
     * @param ended run on the I/O thread as soon as {@link #result} is known; must not block
     */
    public AgentSession(@Nullable InputStream stdin, OutputStream stdout, OutputStream stderr, Runnable ended) {
        var outputs = new Outputs();
        this.stdout = new OutputPump("stdout", stdout, outputs);
        this.stderr = new OutputPump("stderr", stderr, outputs);
        this.stdin = stdin == null ? null : new InputPump("stdin", stdin, this::resume);
        this.ended = ended;
    }

    /** How the command ended, or null while it has not. */
    public @Nullable CommandResult result() {
        return result;
    }

    /**
     * Sends a signal to the command's process group; one sent before the command has started waits for it.
     *
     * @param number 1 to 64
     * @throws IllegalArgumentException if there is no such signal
     */
    public void signal(int number) {
        request(AgentFrames.signal(number));
    }

    /** Tells the command's terminal, if it has one, its new size. */
    public void windowSize(int rows, int columns) {
        request(AgentFrames.windowSize(new TerminalSize(rows, columns)));
    }

    /**
     * Waits until every byte that the guest has sent is written, and lets the session's threads end. The port is not used
     * afterwards, so that the domain may be closed.
     */
    public void finish() throws InterruptedException {
        if (stdin != null) {
            stdin.stop();
        }
        stdout.finishAndWait();
        stderr.finishAndWait();
        port = null;
    }

    @Override
    public void attached(ConsolePort newPort) {
        port = newPort;
    }

    @Override
    public int output(MemorySegment bytes) {
        long taken = 0;
        while (taken < bytes.byteSize() && hasRoom()) {
            int length = (int) Math.min(bytes.byteSize() - taken, PIECE_BYTES);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, taken, piece.array(), 0, length);
            decode(length);
            taken += length;
        }
        return (int) taken;
    }

    @Override
    public int input(MemorySegment room) {
        int given = 0;
        while (given < room.byteSize() && (frameAt < frameEnd || nextFrame())) {
            int length = (int) Math.min(room.byteSize() - given, frameEnd - frameAt);
            MemorySegment.copy(frame, frameAt, room, ValueLayout.JAVA_BYTE, given, length);
            frameAt += length;
            given += length;
        }
        return given;
    }

    /** A piece can complete one frame of full length and hold many short ones: room for both, on either pump. */
    private boolean hasRoom() {
        int most = AgentFrames.MAX_PAYLOAD_BYTES + PIECE_BYTES;
        return stdout.hasRoom(most) && stderr.hasRoom(most);
    }

    private void decode(int length) {
        if (result != null) {
            return;
        }
        piece.position(0).limit(length);
        try {
            decoder.accept(piece);
        } catch (AgentProtocolException e) {
            if (result == null) {
                end(new CommandResult.Unfinished("the guest broke the command channel: " + e.getMessage()));
            }
        }
    }

    @Override
    public void lost(String reason) {
        if (result == null) {
            end(new CommandResult.Unfinished("the guest broke the command channel: " + reason));
        }
    }

    private boolean nextFrame() {
        if (!started || result != null) {
            return false;
        }
        byte[] request;
        synchronized (requests) {
            request = requests.poll();
        }
        if (request != null) {
            return send(request, request.length);
        }
        if (stdin != null && credit > 0) {
            int length = stdin.take(stdinFrame, AgentFrames.HEADER_BYTES, (int) Math.min(credit, STDIN_BYTES));
            if (length > 0) {
                credit -= length;
                return send(stdinFrame, AgentFrames.putStdinHeader(stdinFrame, length));
            }
        }
        if (!eofSent && (stdin == null || stdin.isExhausted())) {
            eofSent = true;
            byte[] eof = AgentFrames.stdinEof();
            return send(eof, eof.length);
        }
        return false;
    }

    private boolean send(byte[] bytes, int length) {
        frame = bytes;
        frameAt = 0;
        frameEnd = length;
        return true;
    }

    private void request(byte[] request) {
        synchronized (requests) {
            if (requests.size() == REQUESTS) {
                requests.poll(); // a guest that does not read; the newest say more than the oldest
            }
            requests.add(request);
        }
        resume();
    }

    private void resume() {
        ConsolePort attached = port;
        if (attached != null) {
            attached.resume();
        }
    }

    private void end(CommandResult how) {
        result = how;
        ended.run();
    }

    /** What the agent says; on the I/O thread. */
    private final class Frames implements AgentListener {
        @Override
        public void started(int stdinCredit) {
            started = true;
            credit = stdinCredit;
            if (stdin != null) {
                stdin.start();
            }
            resume();
        }

        @Override
        public void stdout(ByteBuffer payload) {
            stdout.offer(payload);
        }

        @Override
        public void stderr(ByteBuffer payload) {
            stderr.offer(payload);
        }

        @Override
        public void stdinCredit(int bytes) {
            credit = Math.min(credit + bytes, Integer.MAX_VALUE);
            resume();
        }

        @Override
        public void exited(int status) {
            end(new CommandResult.Exited(status));
        }

        @Override
        public void execFailed(int errno, String text) {
            end(new CommandResult.NotExecuted(errno, text));
        }

        @Override
        public void failed(String reason) {
            end(new CommandResult.Unfinished("the guest's agent failed: " + reason));
        }
    }

    /** What happens at our own streams; on the writing threads. */
    private final class Outputs implements OutputPump.Listener {
        @Override
        public void room() {
            resume();
        }

        @Override
        public void broken(IOException cause) {
            signal(SIGPIPE);
        }
    }
}
