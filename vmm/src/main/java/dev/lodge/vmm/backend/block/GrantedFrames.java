package dev.lodge.vmm.backend.block;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.memory.FrameList;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The frames that requests of one queue name. Of a front end that uses the same grants again and again (persistent ones) each is
 * mapped once, for writing, and found again without a search in the grant table; of others each is mapped for its transfer
 * ({@link Borrowed}).
 *
 * <p>A hash table with open addressing, since it is asked for every segment. On the connection's thread.
 */
final class GrantedFrames {

    /** More than a front end of Linux uses for a ring of one frame; with more, all are let go of and mapped again. */
    private static final int MOST_KEPT = 16_384;

    private final GrantMappings mappings;
    private final boolean persistent;
    private int[] refs = new int[256];
    private @Nullable MemorySegment[] frames = new MemorySegment[256];
    private int[] handles = new int[256];
    private int kept;

    private final FrameList mapped = new FrameList(); // one, for a moment
    private final Borrowed fresh = new Borrowed();

    GrantedFrames(GrantMappings mappings, boolean persistent) {
        this.mappings = mappings;
        this.persistent = persistent;
    }

    /**
     * Adds the frame that a grant grants.
     *
     * @param ref as the guest gave it, any value
     * @throws dev.lodge.rings.GuestFault if it does not grant that
     */
    void get(int ref, boolean write, FrameList into) {
        if (!persistent) {
            fresh.add(mappings.map(ref, write, into));
            return;
        }
        int slot = slot(ref);
        MemorySegment frame = frames[slot];
        if (frame == null) {
            frame = keep(ref, slot);
        }
        into.add(frame, 0);
    }

    private MemorySegment keep(int ref, int slot) {
        mapped.clear();
        int handle = mappings.map(ref, true, mapped);
        MemorySegment frame = mapped.memory(0).asSlice(mapped.offset(0), FrameNumber.FRAME_SIZE);
        refs[slot] = ref;
        frames[slot] = frame;
        handles[slot] = handle;
        if (++kept > frames.length / 2) {
            grow();
        }
        return frame;
    }

    /** What was mapped since this was last called belongs to a transfer. */
    void lendTo(Borrowed transfer) {
        transfer.takeAll(fresh);
    }

    /** What was mapped since {@link #lendTo} is not needed. */
    void giveBack() {
        giveBack(fresh);
    }

    /** A transfer is done. The front end may be told of that only afterwards: it takes its grants back then. */
    void giveBack(Borrowed transfer) {
        for (int i = transfer.count() - 1; i >= 0; i--) {
            mappings.unmap(transfer.handle(i));
        }
        transfer.clear();
    }

    /** Whether there are so many that {@link #settle} should be called soon. */
    boolean isCrowded() {
        return kept > MOST_KEPT;
    }

    /** No request is in progress: if there are too many persistent mappings, all are let go of. */
    void settle() {
        if (kept > MOST_KEPT) {
            for (int i = 0; i < frames.length; i++) {
                if (frames[i] != null) {
                    mappings.unmap(handles[i]);
                }
            }
            refs = new int[256];
            frames = new MemorySegment[256];
            handles = new int[256];
            kept = 0;
        }
    }

    /** Where a grant is, or belongs. */
    private int slot(int ref) {
        int mask = frames.length - 1;
        int slot = ref * 0x9e3779b9 >>> 7 & mask;
        while (frames[slot] != null && refs[slot] != ref) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldRefs = refs;
        @Nullable MemorySegment[] oldFrames = frames;
        int[] oldHandles = handles;
        refs = new int[2 * oldRefs.length];
        frames = new MemorySegment[2 * oldFrames.length];
        handles = new int[2 * oldFrames.length];
        for (int i = 0; i < oldFrames.length; i++) {
            if (oldFrames[i] != null) {
                int slot = slot(oldRefs[i]);
                refs[slot] = oldRefs[i];
                frames[slot] = oldFrames[i];
                handles[slot] = oldHandles[i];
            }
        }
    }
}
