package dev.lodge.vmm.network.host;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.IoRing;
import dev.lodge.linux.IoVector;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.TapDevice;
import dev.lodge.vmm.network.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames off a tap interface, each with the header before it. Where the kernel can (Linux 6.4), several by one system call,
 * about as many as came the last time, into memory that it has found before, which spares it a look at the page tables for each
 * page of a frame; else each by a call of its own.
 */
final class TapReader implements AutoCloseable {

    /** Bytes of a frame's buffer that are before the header. */
    static final int HEADER = Frame.HEADROOM - TapDevice.HEADER_SIZE;

    private static final int LONGEST = TapDevice.HEADER_SIZE + Frame.MAX_LENGTH;
    private static final int MOST = 8;

    private final FileDescriptor device;
    private final Frame[] frames;
    private @Nullable IoRing ring;
    private int asked; // for so many frames at once
    private int came; // of these
    private boolean dry; // the last that was asked for was not there
    private int length;

    TapReader(FileDescriptor device) {
        this.device = device;
        ring = IoRing.tryCreate(MOST);
        frames = new Frame[ring == null ? 1 : MOST];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new Frame();
        }
        if (ring != null && !register(ring)) {
            giveUp(ring);
        }
    }

    private boolean register(IoRing with) {
        IoVector memory = new IoVector(MOST);
        for (Frame frame : frames) {
            memory.add(frame.buffer(), HEADER, LONGEST);
        }
        return with.register(memory);
    }

    /**
     * A frame whose header and bytes are in their place, and the next call's if it is not used; null if there is none, and the
     * interface tells when there is.
     *
     * @throws LinuxException if the interface is gone
     */
    @Nullable
    Frame next() {
        IoRing from = ring;
        return from == null ? read() : next(from);
    }

    /** Bytes of the header and the frame that {@link #next} returned. */
    int length() {
        return length;
    }

    private @Nullable Frame read() {
        length = (int) device.read(frames[0].buffer(), HEADER, LONGEST);
        return length <= 0 ? null : frames[0];
    }

    private @Nullable Frame next(IoRing from) {
        do {
            while (from.takeEnded()) {
                int result = from.result();
                dry = result == -Errno.EAGAIN;
                if (result == -Errno.EOPNOTSUPP) {
                    giveUp(from);
                    return read();
                }
                if (result >= 0) {
                    came++;
                    length = result;
                    return frames[(int) from.token()];
                }
                if (!dry && result != -Errno.EINTR) {
                    throw new LinuxException("read " + device.name(), -result);
                }
            }
        } while (ask(from));
        return null;
    }

    /** Asks for more, unless the interface has shown that it has none: what comes after that, it tells of. */
    private boolean ask(IoRing from) {
        if (dry) {
            dry = false;
            return false;
        }
        asked = Math.min(came == asked ? 2 * came + 1 : came + 1, MOST);
        came = 0;
        for (int i = 0; i < asked; i++) {
            from.readNow(device, i, i);
        }
        from.submit();
        return true;
    }

    private void giveUp(IoRing without) {
        without.close();
        ring = null;
    }

    @Override
    public void close() {
        if (ring != null) {
            giveUp(ring);
        }
    }
}
