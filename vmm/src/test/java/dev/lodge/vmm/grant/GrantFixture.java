package dev.lodge.vmm.grant;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Domains 1, 2 and 3, each with 64 frames of RAM, a grant table in frame 10 and its status frame in frame 11. */
final class GrantFixture {

    static final int FRAMES = 64;
    static final int TABLE = 10;
    static final int STATUS = 11;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final Map<Integer, GrantTable> byNumber = new HashMap<>();
    final Side one = new Side(1);
    final Side two = new Side(2);
    final Side three = new Side(3);

    /** One domain, and what its kernel writes into its table. */
    final class Side {
        final MemorySegment memory = Arena.ofAuto().allocate(FRAMES * 4096L, 4096);
        final GuestRam ram = new GuestRam(List.of(new GuestRam.Region(0, memory)));
        final GrantTable table;

        Side(int domid) {
            table = new GrantTable(domid, ram, 4, new FrameNumber(60), new FrameNumber(61), byNumber::get);
            byNumber.put(domid, table);
            table.place(0, new FrameNumber(TABLE));
        }

        void useVersion2() {
            table.setVersion(2);
            table.place(0x8000_0000L, new FrameNumber(STATUS));
        }

        /** An entry of version 1. */
        void grant1(int ref, int flags, int domid, int frame) {
            memory.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 8L + 4, frame);
            INT.setRelease(memory, TABLE * 4096L + ref * 8L, flags | domid << 16);
        }

        /** An entry of version 2. */
        void grant2(int ref, int flags, int domid, int range, long frame) {
            memory.set(ValueLayout.JAVA_INT, TABLE * 4096L + ref * 16L + 4, range);
            memory.set(ValueLayout.JAVA_LONG, TABLE * 4096L + ref * 16L + 8, frame);
            INT.setRelease(memory, TABLE * 4096L + ref * 16L, flags | domid << 16);
        }

        int word1(int ref) {
            return (int) INT.getVolatile(memory, TABLE * 4096L + ref * 8L);
        }

        int word2(int ref) {
            return (int) INT.getVolatile(memory, TABLE * 4096L + ref * 16L);
        }

        int status(int ref) {
            return memory.get(ValueLayout.JAVA_SHORT, STATUS * 4096L + ref * 2L);
        }

        byte get(int frame, int offset) {
            return memory.get(ValueLayout.JAVA_BYTE, frame * 4096L + offset);
        }

        void fill(int frame, int value) {
            memory.asSlice(frame * 4096L, 4096).fill((byte) value);
        }
    }
}
