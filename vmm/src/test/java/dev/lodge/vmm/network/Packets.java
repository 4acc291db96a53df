package dev.lodge.vmm.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Frames for tests, put together by hand and not with the code under test. */
public final class Packets {

    public static final long ALICE = 0x00163e_000001L;
    public static final long BOB = 0x00163e_000002L;

    private Packets() {}

    /** A frame of these bytes, which nobody has checked. */
    public static Frame frame(byte[] bytes) {
        Frame frame = new Frame();
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, frame.bytes(), 0, bytes.length);
        frame.set(bytes.length, Frame.Checksum.UNKNOWN, 0);
        return frame;
    }

    /** Whether a port has a frame, of which a copy is kept then. */
    public static boolean receive(NetworkPort port, Frame copy) {
        Frame next = port.receive();
        if (next != null) {
            copy.copy(next);
        }
        return next != null;
    }

    public static byte[] bytes(Frame frame) {
        return frame.bytes().asSlice(0, frame.length()).toArray(ValueLayout.JAVA_BYTE);
    }

    public static byte[] ethernet(long source, long destination, int type, byte[] payload) {
        ByteBuffer buffer = ByteBuffer.allocate(14 + payload.length);
        buffer.putShort((short) (destination >>> 32)).putInt((int) destination);
        buffer.putShort((short) (source >>> 32)).putInt((int) source);
        return buffer.putShort((short) type).put(payload).array();
    }

    /** From Alice, 10.0.0.1, to Bob, 10.0.0.2, with a good header checksum. */
    public static byte[] ipv4(int protocol, byte[] payload) {
        ByteBuffer buffer = ByteBuffer.allocate(20 + payload.length);
        buffer.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length));
        buffer.putShort((short) 7).putShort((short) 0x4000);
        buffer.put((byte) 64).put((byte) protocol).putShort((short) 0);
        buffer.putInt(0x0a00_0001).putInt(0x0a00_0002);
        buffer.putShort(10, (short) sum(buffer.array(), 0, 20, 0));
        return ethernet(ALICE, BOB, 0x0800, buffer.put(payload).array());
    }

    /** From fd00::1 to fd00::2. */
    public static byte[] ipv6(int next, byte[] payload) {
        ByteBuffer buffer = ByteBuffer.allocate(40 + payload.length);
        buffer.putInt(6 << 28).putShort((short) payload.length).put((byte) next).put((byte) 64);
        buffer.putLong(0xfd00L << 48).putLong(1).putLong(0xfd00L << 48).putLong(2);
        return ethernet(ALICE, BOB, 0x86dd, buffer.put(payload).array());
    }

    /** UDP without a checksum. */
    public static byte[] udp(int from, int to, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(8 + length);
        buffer.putShort((short) from)
                .putShort((short) to)
                .putShort((short) (8 + length))
                .putShort((short) 0);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) (i * 7));
        }
        return buffer.array();
    }

    /** TCP without a checksum, at sequence number 1000. */
    public static byte[] tcp(int from, int to, int flags, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(20 + length);
        buffer.putShort((short) from).putShort((short) to).putInt(1000).putInt(2000);
        buffer.put((byte) 0x50).put((byte) flags).putShort((short) 500).putInt(0);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) (i * 7));
        }
        return buffer.array();
    }

    public static byte[] arp(long mac, int address) {
        ByteBuffer buffer = ByteBuffer.allocate(28);
        buffer.putShort((short) 1)
                .putShort((short) 0x800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1);
        buffer.putShort((short) (mac >>> 32)).putInt((int) mac).putInt(address);
        return ethernet(ALICE, MacAddress.BROADCAST, 0x0806, buffer.array());
    }

    /** The Internet's checksum, as RFC 1071 defines it, of a range with what was summed before. */
    public static int sum(byte[] bytes, int from, int to, long start) {
        long sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < to ? bytes[i + 1] & 0xff : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }

    /** What a receiver computes over TCP or UDP with its checksum: 0 if it is right. */
    public static int verify(Frame frame) {
        byte[] bytes = bytes(frame);
        boolean four = bytes[12] == 8;
        int ip = 14;
        int transport = four ? ip + 20 : ip + 40;
        int end = four ? ip + short16(bytes, ip + 2) : ip + 40 + short16(bytes, ip + 4);
        long pseudo = bytes[four ? ip + 9 : ip + 6] + (long) (end - transport);
        for (int i = four ? ip + 12 : ip + 8; i < (four ? ip + 20 : ip + 40); i += 2) {
            pseudo += short16(bytes, i);
        }
        return sum(bytes, transport, end, pseudo);
    }

    private static int short16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
