package dev.lodge.vmm.backend.share.ninep;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lodge.linux.NativeString;
import java.lang.foreign.MemorySegment;

/** Puts a reply together from left to right, no longer than the client takes. */
final class ReplyWriter {
    private static final int TYPE = 4;
    private static final int TAG = 5;

    private MemorySegment bytes = MemorySegment.NULL;
    private int limit;
    private int position;

    /** Begins a reply; its type may still change. */
    void begin(MemorySegment reply, int most, int type, int tag) {
        bytes = reply;
        limit = most;
        position = Limits.HEADER;
        bytes.set(JAVA_BYTE, TYPE, (byte) type);
        bytes.set(JAVA_SHORT_UNALIGNED, TAG, (short) tag);
    }

    /** Begins anew, as the reply that tells an error. */
    void error(int errno) {
        position = Limits.HEADER;
        bytes.set(JAVA_BYTE, TYPE, (byte) MessageType.RLERROR);
        u32(errno);
    }

    MemorySegment bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    /** Bytes that still fit. */
    int room() {
        return limit - position;
    }

    /** Takes bytes that others have put at {@link #position}, or leaves them to be filled in. */
    void advance(int count) {
        position += count;
    }

    void u8(int value) {
        bytes.set(JAVA_BYTE, position, (byte) value);
        position += Byte.BYTES;
    }

    void u16(int value) {
        bytes.set(JAVA_SHORT_UNALIGNED, position, (short) value);
        position += Short.BYTES;
    }

    void u32(int value) {
        u32At(position, value);
        position += Integer.BYTES;
    }

    /** Fills in what was left out. */
    void u32At(int place, int value) {
        bytes.set(JAVA_INT_UNALIGNED, place, value);
    }

    /** Fills in what was left out. */
    void u16At(int place, int value) {
        bytes.set(JAVA_SHORT_UNALIGNED, place, (short) value);
    }

    void u64(long value) {
        bytes.set(JAVA_LONG_UNALIGNED, position, value);
        position += Long.BYTES;
    }

    void string(NativeString text) {
        u16(text.length());
        text.copyTo(bytes, position);
        position += text.length();
    }

    /** Ends it: its length in bytes. */
    int end() {
        u32At(0, position);
        return position;
    }
}
