package dev.lodge.vmm.network.host;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.TapDevice;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Offloads;
import dev.lodge.vmm.network.Segmenter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A port to a tap interface of the host: frames go to and come from its kernel with the header of virtio's network cards, which
 * says what is left to do on them ({@code struct virtio_net_hdr} of {@code linux/virtio_net.h}).
 *
 * <pre>
 *   0  flags      NEEDS_CSUM 1, DATA_VALID 2         4  gso_size
 *   1  gso_type   none 0, TCPv4 1, TCPv6 4, ECN 80   6  csum_start   from the frame's start
 *   2  hdr_len                                       8  csum_offset  from there
 * </pre>
 */
public final class TapPort implements NetworkPort {

    private static final int HEADER = TapReader.HEADER;
    private static final int NEEDS_CSUM = 1;
    private static final int DATA_VALID = 2;
    private static final int GSO_TCPV4 = 1;
    private static final int GSO_TCPV6 = 4;
    private static final int GSO_ECN = 0x80;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final String name;
    private final FileDescriptor device;
    private final TapReader reader;
    private boolean up = true;

    private TapPort(String name, FileDescriptor device) {
        this.name = name;
        this.device = device;
        reader = new TapReader(device);
    }

    /**
     * Opens an interface of the host.
     *
     * @throws LinuxException if it cannot be had; the message says what to do
     */
    public static TapPort open(String name) {
        return new TapPort(name, TapDevice.open(name));
    }

    @Override
    public Offloads offloads() {
        return Offloads.ALL;
    }

    @Override
    public void attach(Runnable ready) {
        // the file tells
    }

    @Override
    public int file() {
        return up ? device.fd() : -1;
    }

    @Override
    public boolean send(Frame frame) {
        MemorySegment buffer = frame.buffer();
        buffer.set(LONG, HEADER, 0L);
        buffer.set(SHORT, HEADER + 8, (short) 0);
        if (frame.isBlank()) {
            int start = frame.headers().transportOffset();
            buffer.set(ValueLayout.JAVA_BYTE, HEADER, (byte) NEEDS_CSUM);
            buffer.set(SHORT, HEADER + 6, (short) start);
            buffer.set(SHORT, HEADER + 8, (short) (frame.headers().checksumOffset() - start));
        } else if (frame.checksum() == Frame.Checksum.VALID) {
            buffer.set(ValueLayout.JAVA_BYTE, HEADER, (byte) DATA_VALID);
        }
        if (frame.segmentSize() != 0) {
            boolean four = frame.headers().ipVersion() == 4;
            buffer.set(ValueLayout.JAVA_BYTE, HEADER + 1, (byte) (four ? GSO_TCPV4 : GSO_TCPV6));
            buffer.set(SHORT, HEADER + 2, (short) frame.headers().tcpPayloadOffset(frame));
            buffer.set(SHORT, HEADER + 4, (short) frame.segmentSize());
        }
        try {
            // An interface that is down refuses frames, as a wire without an end would lose them.
            return device.write(buffer, HEADER, TapDevice.HEADER_SIZE + (long) frame.length()) >= 0;
        } catch (LinuxException refused) {
            return true;
        }
    }

    @Override
    public void flush() {
        // each frame has gone out by itself
    }

    @Override
    public @Nullable Frame receive() {
        while (up) {
            Frame frame;
            try {
                frame = reader.next();
            } catch (LinuxException refused) {
                lose(refused.getMessage());
                return null;
            }
            if (frame == null) {
                return null;
            }
            int length = reader.length() - TapDevice.HEADER_SIZE;
            if (length >= Frame.MIN_LENGTH && take(frame, length)) {
                return frame;
            }
        }
        return null;
    }

    /** Reads the header; false if it asks for what was never offered. */
    private static boolean take(Frame frame, int length) {
        MemorySegment buffer = frame.buffer();
        int flags = buffer.get(ValueLayout.JAVA_BYTE, HEADER);
        int type = buffer.get(ValueLayout.JAVA_BYTE, HEADER + 1) & 0xff & ~GSO_ECN;
        int size = type == 0 ? 0 : buffer.get(SHORT, HEADER + 4) & 0xffff;
        boolean blank = (flags & NEEDS_CSUM) != 0;
        boolean valid = (flags & DATA_VALID) != 0;
        frame.set(length, blank ? Frame.Checksum.BLANK : valid ? Frame.Checksum.VALID : Frame.Checksum.UNKNOWN, size);
        int expected = frame.headers().ipVersion() == 4 ? GSO_TCPV4 : GSO_TCPV6;
        if (type != 0 && (type != expected || !Segmenter.canCut(frame))) {
            return false;
        }
        return !blank || frame.headers().checksumOffset() >= 0;
    }

    private void lose(String reason) {
        up = false;
        LoggerFactory.getLogger(TapPort.class).warn("the network behind tap interface {} is gone: {}", name, reason);
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public void close() {
        up = false;
        reader.close();
        device.close();
    }
}
