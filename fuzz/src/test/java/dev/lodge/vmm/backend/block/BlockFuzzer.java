package dev.lodge.vmm.backend.block;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Input;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.storage.FakeReadQueue;
import dev.lodge.vmm.storage.FakeStorage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * A front end that puts what it likes into a disk's ring and into the frames that it grants, while requests are in progress.
 * Each input is a sequence of its stores and our calls. The disk's storage would throw at a range that it does not have.
 */
public final class BlockFuzzer {
    private static final int RING = 0x81;
    private static final int DATA = 0xa0; // four frames that are granted, and one behind them that is not
    private static final int FRAMES = 4;
    private static final int GRANT = 40;
    private static final int STORAGE = 64 << 10;
    private static final int MOST_STEPS = 200;
    private static final int ENTRIES = DescriptorRing.HEADER_SIZE;
    private static final byte GUARD = 0x5a;

    /** What segments and requests are made of, more often than of chance. */
    private static final long[] NUMBERS = {0, 1, 7, 8, 127, 128, 255, 256, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 55
    };

    private final Input input;
    private final FakeGuestSide guest = new FakeGuestSide("vbd", 51712);
    private final FakeStorage storage = new FakeStorage(STORAGE);
    private final GrantMappings mappings = new GrantMappings(guest.domain.grants());
    private final MemorySegment shared = guest.frame(RING);
    private final boolean persistent;
    private final GuestWidth width;
    private final BlockQueue queue;

    private BlockFuzzer(Input input) throws ConnectionFault {
        this.input = input;
        int flags = input.u8();
        persistent = (flags & 1) != 0;
        storage.overlapping = (flags & 2) != 0;
        storage.writable = (flags & 4) == 0;
        storage.badPosition = (flags & 8) == 0 ? -1 : 8192;
        storage.notes = false;
        width = (flags & 16) == 0 ? GuestWidth.BITS_64 : GuestWidth.BITS_32;
        for (int i = 0; i < FRAMES; i++) {
            guest.grant(GRANT + i, DATA + i);
        }
        guest.frame(DATA + FRAMES).fill(GUARD);
        DescriptorRing ring = new DescriptorRing(SharedPages.of(shared), BlockRequest.size(width));
        ring.newFrontEnd();
        BackendPort port = Objects.requireNonNull(guest.domain.events().connect(guest.unboundPort(), () -> {}));
        queue = new BlockQueue(
                new Disk("xvda", storage, null),
                ring.newBackEnd(),
                ring.size(),
                width,
                port,
                new GrantedFrames(mappings, persistent));
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        BlockFuzzer fuzzer;
        try {
            fuzzer = new BlockFuzzer(new Input(bytes));
        } catch (ConnectionFault impossible) {
            throw new AssertionError(impossible);
        }
        fuzzer.run();
    }

    private void run() {
        try {
            for (int i = 0; i < MOST_STEPS && input.hasMore(); i++) {
                step();
            }
            hold(false);
            queue.serve();
            if (!persistent && storage.queue == null) {
                require(mappings.count() == 0, mappings.count() + " frames are mapped for no request");
            }
        } catch (ConnectionFault fault) {
            require(!fault.reason().isEmpty(), "a fault without a word");
        } finally {
            queue.close();
            mappings.close();
            guest.close();
        }
        MemorySegment guarded = guest.frame(DATA + FRAMES);
        for (long i = 0; i < guarded.byteSize(); i++) {
            require(guarded.get(ValueLayout.JAVA_BYTE, i) == GUARD, "a frame that was not granted was written to");
        }
    }

    private void step() throws ConnectionFault {
        switch (input.u8() % 10) {
            case 0, 1, 2 -> {
                int index = shared.get(ValueLayout.JAVA_INT, 0);
                request(index);
                shared.set(ValueLayout.JAVA_INT, 0, index + 1);
            }
            case 3 -> queue.serve();
            case 4 -> shared.set(ValueLayout.JAVA_INT, 0, input.i32());
            case 5 -> shared.set(ValueLayout.JAVA_INT, 0, shared.get(ValueLayout.JAVA_INT, 0) + (byte) input.u8());
            case 6 -> shared.set(ValueLayout.JAVA_BYTE, input.u16() % 4096, (byte) input.u8());
            case 7 -> segment(guest.frame(DATA + input.u8() % FRAMES), 8L * (input.u16() % 512));
            case 8 -> hold((input.u8() & 1) != 0);
            default -> storage.size = 512L * (input.u8() % (STORAGE / 512 + 1));
        }
    }

    private void hold(boolean whether) {
        FakeReadQueue reads = storage.queue;
        if (reads != null) {
            reads.held = whether;
        }
    }

    /** Operation, segments, sector, then the segments, or what an indirect request or a discard has there. */
    private void request(int index) {
        int size = BlockRequest.size(width);
        MemorySegment entry = shared.asSlice(ENTRIES + (long) (index & 31) * size, size);
        int id = width == GuestWidth.BITS_64 ? 8 : 4;
        entry.set(ValueLayout.JAVA_BYTE, 0, (byte) (input.u8() % 8));
        int segments = input.u8();
        entry.set(ValueLayout.JAVA_BYTE, 1, (byte) segments);
        entry.set(ValueLayout.JAVA_SHORT, 2, (short) segments);
        long number = number();
        entry.set(ValueLayout.JAVA_LONG_UNALIGNED, id, index);
        entry.set(ValueLayout.JAVA_LONG_UNALIGNED, id + 8, number);
        for (int i = 0; i < segments && i < 11; i++) {
            segment(entry, id + 16 + 8L * i);
        }
    }

    private void segment(MemorySegment memory, long at) {
        memory.set(ValueLayout.JAVA_INT, at, GRANT + input.u8() % (FRAMES + 1));
        memory.set(ValueLayout.JAVA_BYTE, at + 4, (byte) (input.u8() % 10));
        memory.set(ValueLayout.JAVA_BYTE, at + 5, (byte) (input.u8() % 10));
    }

    private long number() {
        int choice = input.u8();
        return choice < NUMBERS.length ? NUMBERS[choice] : choice - NUMBERS.length;
    }

    /** Of each operation one that is well made, and some together. */
    public static List<byte[]> seeds() {
        byte[] read = {0, 0, 1, 20, 0, 0, 7};
        byte[] write = {0, 1, 2, 28, 0, 0, 7, 1, 0, 7};
        byte[] barrier = {0, 2, 1, 44, 1, 0, 7};
        byte[] flush = {0, 3, 0, 0};
        byte[] discard = {0, 5, 0, 20};
        byte[] indirect = {7, 0, 0, 0, 1, 0, 7, 0, 6, 1, 20, 0, 0, 0};
        byte[] serve = {3};
        return List.of(
                together(new byte[] {0}, read, write, serve, flush, discard, serve),
                together(new byte[] {1}, indirect, serve, barrier, serve),
                together(new byte[] {3, 8, 1}, read, read, serve, write, barrier, serve),
                together(new byte[] {2, 8, 1}, read, write, read, serve, read, serve, new byte[] {8, 0}, serve),
                together(new byte[] {16}, write, read, serve, indirect, discard, flush, serve),
                together(new byte[] {11}, read, write, indirect, serve),
                together(new byte[] {4}, write, discard, read, serve, new byte[] {4, 0, 0, 0, 1}, serve));
    }

    private static byte[] together(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
