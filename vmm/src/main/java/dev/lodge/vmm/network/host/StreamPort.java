package dev.lodge.vmm.network.host;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Offloads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A port over a stream: each frame behind its length, of four bytes, the highest first. So QEMU's {@code -netdev stream} has
 * it, and passt.
 *
 * <p>Debian 12's passt (2023) loses its place in the stream when it finds the beginning of a frame there and not yet its end. A
 * UNIX socket shows its reader pieces of some 36 KiB ({@code unix_stream_sendmsg} of Linux's net/unix/af_unix.c), so whole frames of
 * at most {@link #PIECE} bytes are written at a time, and a frame should not be longer.
 */
public final class StreamPort implements NetworkPort {

    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final int PREFIX = Integer.BYTES;
    private static final int BUFFER = 1 << 18; // some of the longest frames

    /** Bytes that a reader sees at once. */
    static final int PIECE = 1 << 15;

    private final String name;
    private final FileDescriptor stream;
    private final MemorySegment in = Arena.ofAuto().allocate(BUFFER, Long.BYTES);
    private final MemorySegment out = Arena.ofAuto().allocate(BUFFER, Long.BYTES);
    private final Frame received = new Frame();
    private int inStart;
    private int inEnd;
    private int outStart;
    private int outEnd;
    private int pieceEnd; // of the frames that are being written
    private boolean up = true;

    /**
     * A port that is up.
     *
     * @param name of what is at the other end, for the log
     * @param stream connected, not blocking; it is closed with the port
     */
    public StreamPort(String name, FileDescriptor stream) {
        this.name = name;
        this.stream = stream;
    }

    @Override
    public Offloads offloads() {
        return Offloads.NONE;
    }

    @Override
    public void attach(Runnable ready) {
        // the file tells
    }

    @Override
    public int file() {
        return up ? stream.fd() : -1;
    }

    @Override
    public boolean send(Frame frame) {
        if (!up) {
            return true; // a wire without an end
        }
        int needed = PREFIX + frame.length();
        if (needed > BUFFER - outEnd) {
            flush();
            if (outStart < outEnd && needed > BUFFER - (outEnd - outStart)) {
                return !up;
            }
            MemorySegment.copy(out, outStart, out, 0, outEnd - outStart);
            outEnd -= outStart;
            pieceEnd = Math.max(pieceEnd - outStart, 0);
            outStart = 0;
        }
        out.set(LENGTH, outEnd, frame.length());
        MemorySegment.copy(frame.bytes(), 0, out, outEnd + PREFIX, frame.length());
        outEnd += needed;
        return true;
    }

    @Override
    public void flush() {
        while (up && outStart < outEnd) {
            if (pieceEnd <= outStart) {
                pieceEnd = endOfPiece();
            }
            long written;
            try {
                written = stream.write(out, outStart, pieceEnd - outStart);
            } catch (LinuxException refused) {
                lose(refused.getMessage());
                return;
            }
            if (written < 0) {
                return; // the file will be writable
            }
            outStart += (int) written;
        }
        forgetWritten();
    }

    private void forgetWritten() {
        outStart = 0;
        outEnd = 0;
        pieceEnd = 0;
    }

    /** Behind as many whole frames as are seen at once; behind one that is longer than that, if it is the next. */
    private int endOfPiece() {
        int end = outStart;
        do {
            end += PREFIX + out.get(LENGTH, end);
        } while (end < outEnd && end + PREFIX + out.get(LENGTH, end) - outStart <= PIECE);
        return end;
    }

    @Override
    public @Nullable Frame receive() {
        while (up) {
            int held = inEnd - inStart;
            if (held >= PREFIX) {
                int length = in.get(LENGTH, inStart);
                if (length < Frame.MIN_LENGTH || length > Frame.MAX_LENGTH) {
                    lose("it sent a frame of " + Integer.toUnsignedString(length) + " bytes");
                    return null;
                }
                if (held >= PREFIX + length) {
                    MemorySegment.copy(in, inStart + PREFIX, received.bytes(), 0, length);
                    // Who is at the other end has made it or checked it.
                    received.set(length, Frame.Checksum.VALID, 0);
                    inStart += PREFIX + length;
                    return received;
                }
            }
            if (!fill()) {
                return null;
            }
        }
        return null;
    }

    /** Reads more behind what is held; false if there is nothing. */
    private boolean fill() {
        if (inStart > 0) {
            MemorySegment.copy(in, inStart, in, 0, inEnd - inStart);
            inEnd -= inStart;
            inStart = 0;
        }
        long count;
        try {
            count = stream.read(in, inEnd, BUFFER - inEnd);
        } catch (LinuxException refused) {
            lose(refused.getMessage());
            return false;
        }
        if (count == 0) {
            lose("it has ended");
            return false;
        }
        inEnd += (int) Math.max(count, 0);
        return count > 0;
    }

    private void lose(String reason) {
        up = false;
        forgetWritten();
        LoggerFactory.getLogger(StreamPort.class).warn("the network behind {} is gone: {}", name, reason);
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public void close() {
        if (up) {
            flush();
        }
        up = false;
        stream.close();
    }
}
