package dev.lodge.vmm.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The Internet's checksum (RFC 1071), of frames in memory. Allocates nothing. */
public final class Checksums {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Checksums() {}

    /**
     * Adds up bytes as 16-bit numbers in the order of this machine, which the sum does not mind as long as it is also
     * written so.
     *
     * @return a sum to go on with, or to {@link #fold}
     */
    static long add(long sum, MemorySegment bytes, long from, long to) {
        long total = sum;
        long at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long eight = bytes.get(LONG, at);
            total += (eight & 0xffff_ffffL) + (eight >>> 32);
        }
        for (; at + Short.BYTES <= to; at += Short.BYTES) {
            total += bytes.get(SHORT, at) & 0xffff;
        }
        if (at < to) {
            total += bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        }
        return total;
    }

    /** The sum in 16 bits. */
    static int fold(long sum) {
        long total = (sum & 0xffff_ffffL) + (sum >>> 32);
        total = (total & 0xffff) + (total >>> 16);
        total = (total & 0xffff) + (total >>> 16);
        total = (total & 0xffff) + (total >>> 16);
        return (int) total;
    }

    /** The sum of TCP's or UDP's pseudo header. */
    static long pseudoHeader(Frame frame) {
        FrameHeaders headers = frame.headers();
        int at = headers.networkOffset();
        long sum = headers.ipVersion() == 4
                ? add(0, frame.bytes(), at + 12, at + 20)
                : add(0, frame.bytes(), at + 8, at + 40);
        int length = headers.end() - headers.transportOffset();
        return sum
                + Short.toUnsignedInt(Short.reverseBytes((short) headers.protocol()))
                + Short.toUnsignedInt(Short.reverseBytes((short) length));
    }

    /**
     * Gives a frame whose checksum is blank what is expected in its place: the pseudo header's sum.
     *
     * @return false if the frame has no such place
     */
    public static boolean prepareBlank(Frame frame) {
        int place = frame.headers().checksumOffset();
        if (place < 0) {
            return false;
        }
        frame.bytes().set(SHORT, place, (short) fold(pseudoHeader(frame)));
        return true;
    }

    /** Fills in the checksum of a frame that {@link Frame#isBlank}. */
    public static void complete(Frame frame) {
        FrameHeaders headers = frame.headers();
        int place = headers.checksumOffset();
        frame.bytes().set(SHORT, place, (short) 0);
        int sum = ~fold(add(pseudoHeader(frame), frame.bytes(), headers.transportOffset(), headers.end())) & 0xffff;
        // To UDP zero means that there is none, and the sum's other zero means zero.
        frame.bytes().set(SHORT, place, (short) (sum == 0 && headers.protocol() == FrameHeaders.UDP ? 0xffff : sum));
        frame.setChecksum(Frame.Checksum.VALID);
    }

    /** Whether a TCP or UDP checksum that was filled in is right. */
    public static boolean isRight(Frame frame) {
        FrameHeaders headers = frame.headers();
        long sum = add(pseudoHeader(frame), frame.bytes(), headers.transportOffset(), headers.end());
        return fold(sum) == 0xffff;
    }

    /** Fills in the checksum of an IPv4 header. */
    public static void completeIpv4(Frame frame, int offset) {
        int header = (frame.u8(offset) & 15) * 4;
        frame.put16(offset + 10, 0);
        int sum = ~fold(add(0, frame.bytes(), offset, offset + header));
        frame.bytes().set(SHORT, offset + 10, (short) sum);
    }

    /** Fills in the checksum of an ICMP message, which for ICMPv6 covers a pseudo header, too. */
    public static void completeIcmp(Frame frame) {
        FrameHeaders headers = frame.headers();
        int from = headers.transportOffset();
        frame.put16(from + 2, 0);
        long start = headers.ipVersion() == 6 ? pseudoHeader(frame) : 0;
        frame.bytes().set(SHORT, from + 2, (short) ~fold(add(start, frame.bytes(), from, headers.end())));
    }
}
