package dev.lodge.integration;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.GrantTableAbi;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.memory.FrameList;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What a page of a guest costs a back end of Domain 0: {@code GrantCost}, for {@code tools/bench}. Maps and unmaps, or copies
 * 4 KiB from, a granted frame again and again, and prints {@code grant-WHAT ns N} for each
 * time, when the compilers have done their work. The guest is its memory only: it has no part in these.
 */
public final class GrantCost {
    static final int ROUNDS = 40;
    static final int TIMES = 50_000;
    private static final int FRAMES = 64;
    private static final int TABLE = 10;
    private static final int DATA = 20;
    private static final int REF = 8;

    private final GrantMappings mappings;
    private final FrameList frames = new FrameList();
    private final MemorySegment page = Arena.ofAuto().allocate(FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
    private long sum;

    GrantCost() {
        MemorySegment memory = Arena.ofAuto().allocate((long) FRAMES * FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
        GrantTable table = new GrantTable(
                1,
                new GuestRam(List.of(new GuestRam.Region(0, memory))),
                4,
                new FrameNumber(FRAMES - 1),
                new FrameNumber(FRAMES - 2),
                number -> null);
        if (!table.place(0, new FrameNumber(TABLE))) {
            throw new IllegalStateException("the table has no first frame");
        }
        long entry = (long) TABLE * FrameNumber.FRAME_SIZE + REF * 8L; // grant_entry_v1: flags, domid, frame
        memory.set(ValueLayout.JAVA_SHORT, entry, (short) GrantTableAbi.GTF_permit_access);
        memory.set(ValueLayout.JAVA_INT, entry + 4, DATA);
        mappings = new GrantMappings(table);
    }

    /** See above. */
    public static void main(String[] arguments) {
        GrantCost cost = new GrantCost();
        measure("map", cost::map);
        measure("copy", cost::copy);
        if (cost.sum != 0) {
            throw new IllegalStateException("the frame is not empty");
        }
    }

    /** {@value #TIMES} times. */
    void map() {
        for (int i = 0; i < TIMES; i++) {
            frames.clear();
            int handle = mappings.map(REF, true, frames);
            sum += frames.memory(0).get(ValueLayout.JAVA_BYTE, frames.offset(0) + (i & (FrameNumber.FRAME_SIZE - 1)));
            mappings.unmap(handle);
        }
    }

    /** {@value #TIMES} times. */
    void copy() {
        for (int i = 0; i < TIMES; i++) {
            mappings.read(REF, 0, page, 0, FrameNumber.FRAME_SIZE);
            sum += page.get(ValueLayout.JAVA_BYTE, i & (FrameNumber.FRAME_SIZE - 1));
        }
    }

    private static void measure(String what, Runnable work) {
        long time = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            work.run();
            time = Math.min(time, System.nanoTime() - start);
        }
        System.out.println("grant-" + what + " ns " + time / TIMES);
    }
}
