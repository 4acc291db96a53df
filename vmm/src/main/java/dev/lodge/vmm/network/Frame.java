package dev.lodge.vmm.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One Ethernet frame in memory of the monitor's, and what a network card would still do on it: fill in its checksum, cut it
 * into segments. Made once and used again and again; belongs to one thread at a time.
 *
 * <p>The bytes are a copy that no guest can change, so they may be looked at as often as need be.
 */
public final class Frame {

    /** Bytes before the frame that a port may use for a header of its own. */
    public static final int HEADROOM = 16;

    /** The longest: an IP packet of 65,535 bytes behind an Ethernet header with a VLAN tag. */
    public static final int MAX_LENGTH = 65_535 + 18;

    /** The shortest: an Ethernet header. */
    public static final int MIN_LENGTH = 14;

    /** Whether the checksum of a frame's TCP or UDP is good. */
    public enum Checksum {
        /** Nobody knows: whoever cares computes it. */
        UNKNOWN,
        /** It is not filled in, which does no harm within this machine. The field holds the pseudo header's sum. */
        BLANK,
        /** It is right. */
        VALID
    }

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment buffer;
    private final MemorySegment bytes;
    private final FrameHeaders headers = new FrameHeaders();
    private boolean parsed;
    private int length;
    private Checksum checksum = Checksum.UNKNOWN;
    private int segmentSize;

    /** An empty one with room for {@link #MAX_LENGTH} bytes. */
    public Frame() {
        this(MAX_LENGTH);
    }

    Frame(int capacity) {
        buffer = Arena.ofAuto().allocate(HEADROOM + (long) capacity, Long.BYTES);
        bytes = buffer.asSlice(HEADROOM);
    }

    /** Where the frame's bytes are, from its Ethernet header on. Call {@link #set} when they have been written. */
    public MemorySegment bytes() {
        return bytes;
    }

    /** {@link #bytes}, with {@link #HEADROOM} bytes before them. */
    public MemorySegment buffer() {
        return buffer;
    }

    /** How long a frame it has room for. */
    public int capacity() {
        return (int) bytes.byteSize();
    }

    /**
     * Says what was written to {@link #bytes}.
     *
     * @param length {@link #MIN_LENGTH} to {@link #capacity}
     * @param segmentSize bytes of TCP payload for each segment, or 0 for a frame that is not to be cut
     */
    public void set(int length, Checksum checksum, int segmentSize) {
        if (length < MIN_LENGTH || length > capacity()) {
            throw new IllegalArgumentException("a frame of " + length + " bytes");
        }
        this.length = length;
        this.checksum = checksum;
        this.segmentSize = segmentSize;
        parsed = false;
    }

    /** Becomes a copy of another, for which there must be room. */
    public void copy(Frame other) {
        MemorySegment.copy(other.bytes, 0, bytes, 0, other.length);
        set(other.length, other.checksum, other.segmentSize);
    }

    /** Bytes in the frame. */
    public int length() {
        return length;
    }

    public Checksum checksum() {
        return checksum;
    }

    /** Whether the checksum is still to be filled in. */
    public boolean isBlank() {
        return checksum == Checksum.BLANK;
    }

    /** Says that the checksum is in its place, or no longer. */
    public void setChecksum(Checksum state) {
        checksum = state;
    }

    /** Bytes of TCP payload for each segment, or 0 for a frame that is not to be cut. */
    public int segmentSize() {
        return segmentSize;
    }

    /** What the frame says of itself; valid until the next {@link #set}. */
    public FrameHeaders headers() {
        if (!parsed) {
            headers.parse(this);
            parsed = true;
        }
        return headers;
    }

    /** A byte of the frame, of those that are there. */
    public int u8(int offset) {
        return bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /** Two bytes, high one first. */
    public int u16(int offset) {
        return bytes.get(SHORT, offset) & 0xffff;
    }

    /** Four bytes, highest first. */
    public int i32(int offset) {
        return bytes.get(INT, offset);
    }

    /** Eight bytes, highest first. */
    public long i64(int offset) {
        return bytes.get(LONG, offset);
    }

    /** A MAC address. */
    public long mac(int offset) {
        return (long) u16(offset) << 32 | i32(offset + 2) & 0xffff_ffffL;
    }

    /** Changes a byte; the headers are not read anew. */
    public void put8(int offset, int value) {
        bytes.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    /** Changes two bytes, high one first; the headers are not read anew. */
    public void put16(int offset, int value) {
        bytes.set(SHORT, offset, (short) value);
    }

    /** Changes four bytes, highest first; the headers are not read anew. */
    public void put32(int offset, int value) {
        bytes.set(INT, offset, value);
    }

    /** Changes a MAC address; the headers are not read anew. */
    public void putMac(int offset, long mac) {
        put16(offset, (int) (mac >>> 32));
        put32(offset + 2, (int) mac);
    }
}
