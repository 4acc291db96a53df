package dev.lodge.vmm.network;

import java.lang.foreign.MemorySegment;

/**
 * Cuts a large TCP frame into those that a wire would carry, for a receiver that does not do it by itself. Belongs to one
 * thread; allocates nothing.
 *
 * <p>Each segment has the headers of the whole, with its own length, sequence number and checksums; IPv4 packets are
 * numbered on; FIN and PSH belong to the last segment, CWR to the first (RFC 9293, RFC 3168).
 */
public final class Segmenter {

    /** Smaller segments are asked for only to make many of one frame: Linux's least, {@code TCP_MIN_SND_MSS}. */
    private static final int LEAST_SIZE = 48;

    private static final int FIN_AND_PSH = 0x09;
    private static final int CWR = 0x80;

    private Frame whole = new Frame(Frame.MIN_LENGTH);
    private int headers;
    private int next;
    private int end;
    private int number;

    /** With nothing to cut. */
    public Segmenter() {}

    /** Whether a frame that is to be cut can be: it is one whole TCP packet. */
    public static boolean canCut(Frame frame) {
        int payload = frame.headers().tcpPayloadOffset(frame);
        return payload >= 0 && frame.segmentSize() >= LEAST_SIZE && payload + frame.segmentSize() <= Frame.MAX_LENGTH;
    }

    /**
     * Begins with a frame, which stays as it is until the last segment is taken.
     *
     * @throws IllegalArgumentException if it cannot be cut
     */
    public void begin(Frame frame) {
        if (!canCut(frame)) {
            throw new IllegalArgumentException("not a TCP packet to be cut");
        }
        whole = frame;
        headers = frame.headers().tcpPayloadOffset(frame);
        next = headers;
        end = frame.headers().end();
        number = 0;
    }

    /** Whether there is a segment to come. */
    public boolean hasNext() {
        return next < end;
    }

    /** Writes the next segment, whose checksums are filled in. */
    public void next(Frame segment) {
        int size = Math.min(whole.segmentSize(), end - next);
        boolean last = next + size == end;
        MemorySegment.copy(whole.bytes(), 0, segment.bytes(), 0, headers);
        MemorySegment.copy(whole.bytes(), next, segment.bytes(), headers, size);
        FrameHeaders parsed = whole.headers();
        int ip = parsed.networkOffset();
        int tcp = parsed.transportOffset();
        int length = headers + size;
        if (parsed.ipVersion() == 4) {
            segment.put16(ip + 2, length - ip);
            segment.put16(ip + 4, whole.u16(ip + 4) + number);
        } else {
            segment.put16(ip + 4, length - ip - 40);
        }
        segment.put32(tcp + 4, whole.i32(tcp + 4) + (next - headers));
        int flags = whole.u8(tcp + 13);
        if (!last) {
            flags &= ~FIN_AND_PSH;
        }
        if (number > 0) {
            flags &= ~CWR;
        }
        segment.put8(tcp + 13, flags);
        segment.set(length, Frame.Checksum.BLANK, 0);
        if (parsed.ipVersion() == 4) {
            Checksums.completeIpv4(segment, ip);
        }
        Checksums.complete(segment);
        next += size;
        number++;
    }
}
