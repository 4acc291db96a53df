package dev.lodge.vmm.backend.share;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lodge.rings.ByteRing;
import dev.lodge.rings.ByteRingConsumer;
import dev.lodge.rings.ByteRingProducer;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A front end after Linux's {@code net/9p/trans_xen.c}: two rings, a message of each tag by the ring of its number. */
final class FakeShareFrontEnd {
    static final int ORDER = 3;
    static final int HALF = 4096 << ORDER - 1;
    private static final int FIRST_FRAME = 0x90;
    private static final int FRAMES = 1 + (1 << ORDER);

    private final FakeGuestSide guest;
    final List<Ring> rings = new ArrayList<>();
    private boolean told;

    /** One ring as its owner sees it. */
    record Ring(MemorySegment intf, ByteRingProducer requests, ByteRingConsumer replies, int port) {}

    FakeShareFrontEnd(FakeGuestSide guest) {
        this.guest = guest;
    }

    /** Makes rings and tells of them; what is told may be changed before {@link #initialised}. */
    void tell() {
        told = true;
        guest.write("version", 1);
        guest.write("num-rings", 2);
        for (int number = 0; number < 2; number++) {
            int first = FIRST_FRAME + number * FRAMES;
            MemorySegment intf = guest.frame(first);
            intf.fill((byte) 0);
            guest.grant(first, first);
            List<MemorySegment> frames = new ArrayList<>();
            for (int i = 0; i < 1 << ORDER; i++) {
                int frame = first + 1 + i;
                guest.grant(frame, frame);
                intf.set(JAVA_INT, 132 + i * 4L, frame);
                frames.add(guest.frame(frame));
            }
            intf.set(JAVA_INT, 128, ORDER);
            SharedPages pages = SharedPages.of(frames);
            ByteRing in = new ByteRing(pages, 0, HALF, intf, 0, 4);
            ByteRing out = new ByteRing(pages, HALF, HALF, intf, 64, 68);
            int port = guest.unboundPort();
            guest.write("ring-ref" + number, first);
            guest.write("event-channel-" + number, port);
            rings.add(new Ring(intf, out.newProducer(), in.newConsumer(), port));
        }
    }

    void initialised() {
        guest.setState(3);
    }

    boolean isRingInUse() {
        return told && (guest.isGrantInUse(FIRST_FRAME) || guest.isGrantInUse(FIRST_FRAME + FRAMES + 3));
    }

    /** Sends a message's bytes, as they are. */
    void send(int ring, byte[] bytes) {
        Ring to = rings.get(ring);
        int sent = 0;
        while (sent < bytes.length) {
            sent += to.requests.write(bytes, sent, bytes.length - sent);
        }
        guest.domain.events().send(to.port);
    }

    /** Waits for a whole message. */
    ByteBuffer receive(int ring) {
        Ring from = rings.get(ring);
        byte[] size = new byte[4];
        read(from, size, 0, 4);
        int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (from.replies.available() < length - 4) {
            throw new AssertionError("a reply of " + length + " bytes was not put in whole");
        }
        byte[] message = new byte[length];
        System.arraycopy(size, 0, message, 0, 4);
        read(from, message, 4, length - 4);
        guest.domain.events().send(from.port);
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).position(7);
    }

    private static void read(Ring from, byte[] into, int at, int count) {
        int got = 0;
        while (got < count) {
            got += from.replies.read(into, at + got, count - got);
            Thread.onSpinWait();
        }
    }

    /** A message with a header. */
    static byte[] message(int type, int tag, byte[] content) {
        return ByteBuffer.allocate(7 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(7 + content.length)
                .put((byte) type)
                .putShort((short) tag)
                .put(content)
                .array();
    }
}
