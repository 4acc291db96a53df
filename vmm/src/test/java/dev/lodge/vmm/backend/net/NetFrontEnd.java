package dev.lodge.vmm.backend.net;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.rings.RingFrontEnd;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.Packets;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's network driver does with its rings, and what a hostile one does: real rings in real frames, of which grant N
 * is frame 0x80 + N.
 */
final class NetFrontEnd {

    static final int TX_RING = 8;
    static final int RX_RING = 9;

    /** The first grant of a frame for data; there are {@link #BUFFERS}. */
    static final int FIRST_BUFFER = 16;

    static final int BUFFERS = 64;
    private static final int FRAME = 0x80;

    final FakeGuestSide guest = new FakeGuestSide("vif", 0);
    RingFrontEnd tx = ring(TX_RING, 12).newFrontEnd();
    RingFrontEnd rx = ring(RX_RING, 8).newFrontEnd();
    private int posted;
    private int taken;

    /** What came on the rx ring. */
    record Received(Frame frame, int flags, int segmentSize, int segmentType, int slots, boolean failed) {
        byte[] bytes() {
            return Packets.bytes(frame);
        }
    }

    NetFrontEnd() {
        guest.grant(TX_RING, FRAME + TX_RING);
        guest.grant(RX_RING, FRAME + RX_RING);
        for (int i = 0; i < BUFFERS; i++) {
            guest.grant(FIRST_BUFFER + i, FRAME + FIRST_BUFFER + i);
        }
    }

    private DescriptorRing ring(int grant, int entry) {
        return new DescriptorRing(SharedPages.of(guest.frame(FRAME + grant)), entry);
    }

    DescriptorRing txRing() {
        return ring(TX_RING, 12);
    }

    DescriptorRing rxRing() {
        return ring(RX_RING, 8);
    }

    MemorySegment buffer(int grant) {
        return guest.frame(FRAME + grant);
    }

    /** A request of the tx ring. */
    NetFrontEnd request(int grant, int offset, int flags, int id, int size) {
        MemorySegment slot = MemorySegment.ofArray(new byte[12]);
        slot.set(ValueLayout.JAVA_INT_UNALIGNED, 0, grant);
        slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, 4, (short) offset);
        slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) flags);
        slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, 8, (short) id);
        slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, 10, (short) size);
        tx.put(slot);
        return this;
    }

    /** Extra info of the tx ring: six bytes behind its type and flags. */
    NetFrontEnd extra(int type, int flags, int... data) {
        MemorySegment slot = MemorySegment.ofArray(new byte[12]);
        slot.set(ValueLayout.JAVA_BYTE, 0, (byte) type);
        slot.set(ValueLayout.JAVA_BYTE, 1, (byte) flags);
        for (int i = 0; i < data.length; i++) {
            slot.set(ValueLayout.JAVA_BYTE, 2 + i, (byte) data[i]);
        }
        tx.put(slot);
        return this;
    }

    /** A whole packet over as many buffers as it takes, from the first one on, with ids 100, 101... */
    NetFrontEnd packet(byte[] bytes, int flags) {
        int id = 0;
        for (int at = 0; at < bytes.length; at += 4096) {
            int size = Math.min(4096, bytes.length - at);
            MemorySegment.copy(MemorySegment.ofArray(bytes), at, buffer(FIRST_BUFFER + id), 0, size);
            int more = at + size < bytes.length ? 4 : 0;
            request(FIRST_BUFFER + id, 0, (at == 0 ? flags : 0) | more, 100 + id, at == 0 ? bytes.length : size);
            id++;
        }
        return this;
    }

    /** All answers of the tx ring: id and status. */
    List<String> answers() throws ConnectionFault {
        List<String> answers = new ArrayList<>();
        MemorySegment response = MemorySegment.ofArray(new byte[4]);
        while (tx.take(response)) {
            int status = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2);
            int id = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
            answers.add(status == 1 ? "null" : id + (status == 0 ? " ok" : " error " + status));
        }
        return answers;
    }

    /** Gives the back end so many buffers to receive into, with ids that count from 0. */
    NetFrontEnd post(int count) {
        for (int i = 0; i < count; i++) {
            post(FIRST_BUFFER + posted % BUFFERS, posted & 0xffff);
        }
        return this;
    }

    void post(int grant, int id) {
        MemorySegment slot = MemorySegment.ofArray(new byte[8]);
        slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) id);
        slot.set(ValueLayout.JAVA_INT_UNALIGNED, 4, grant);
        rx.put(slot);
        posted++;
        rx.publish();
    }

    /** The next packet that came, or null; each answer must be in its request's place. */
    @Nullable
    Received received() throws ConnectionFault {
        MemorySegment response = MemorySegment.ofArray(new byte[8]);
        if (!rx.take(response)) {
            return null;
        }
        var bytes = new ByteArrayOutputStream();
        int slots = 1;
        int first = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 4);
        int segmentSize = 0;
        int segmentType = 0;
        boolean failed = part(response, bytes);
        boolean more = (first & 4) != 0;
        if ((first & 8) != 0) {
            if (!rx.take(response)) {
                throw new AssertionError("extra info is missing");
            }
            slots++;
            taken++;
            segmentSize = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2) & 0xffff;
            segmentType = response.get(ValueLayout.JAVA_BYTE, 4);
        }
        while (more) {
            if (!rx.take(response)) {
                throw new AssertionError("a part is missing");
            }
            slots++;
            failed |= part(response, bytes);
            more = (response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 4) & 4) != 0;
        }
        return new Received(
                bytes.size() == 0 ? new Frame() : Packets.frame(bytes.toByteArray()),
                first & 3,
                segmentSize,
                segmentType,
                slots,
                failed);
    }

    private boolean part(MemorySegment response, ByteArrayOutputStream into) {
        int id = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0) & 0xffff;
        int status = response.get(ValueLayout.JAVA_SHORT_UNALIGNED, 6);
        if (id != (taken & 0xffff)) {
            throw new AssertionError("answer " + id + " in the place of " + taken);
        }
        if (status >= 0) {
            byte[] part =
                    buffer(FIRST_BUFFER + taken % BUFFERS).asSlice(0, status).toArray(ValueLayout.JAVA_BYTE);
            into.writeBytes(part);
        }
        taken++;
        return status < 0;
    }
}
