package dev.lodge.vmm.grant;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a grant table that are in use, and what each granted when its use began: whatever the guest writes into an
 * entry meanwhile, its users go on with that. Xen's {@code struct active_grant_entry}.
 *
 * <p>One object of some 60 bytes for each entry that was ever used, so 2 MiB for a table of 64 frames all used. Under the
 * lock of the {@link GrantTable} that it belongs to.
 */
final class ActiveGrants {

    /** How often an entry may be in use for reading, or for writing: Xen counts in 8 bits. */
    private static final int MAX_USES = 255;

    private final @Nullable Active[] byRef;
    private Active[] used = new Active[16]; // the first usedCount of them
    private int usedCount;

    /** One entry. */
    static final class Active {
        private final int ref;
        private int uses;
        private int writers;
        private int place; // in used
        private int grantee;
        private long frame;
        private int start;
        private int length;
        private boolean transitive;
        private int fromDomid;
        private int fromRef;

        private Active(int ref) {
            this.ref = ref;
        }

        boolean isUsed() {
            return uses > 0;
        }

        boolean isWritten() {
            return writers > 0;
        }

        /** Whether one use more can be counted. */
        boolean hasRoom() {
            return uses < MAX_USES;
        }

        int grantee() {
            return grantee;
        }

        /** The frame granted; of no meaning for a transitive grant. */
        long frame() {
            return frame;
        }

        /** The first byte of the frame that is granted. */
        int start() {
            return start;
        }

        /** How many bytes of the frame are granted. */
        int length() {
            return length;
        }

        boolean isTransitive() {
            return transitive;
        }

        /** The domain of whose table a transitive grant is. */
        int fromDomid() {
            return fromDomid;
        }

        /** The entry in that domain's table. */
        int fromRef() {
            return fromRef;
        }

        /** What the entry grants while it is used. */
        void grants(int toGrantee, long itsFrame, int itsStart, int itsLength) {
            grantee = toGrantee;
            frame = itsFrame;
            start = itsStart;
            length = itsLength;
            transitive = false;
        }

        /** The entry grants what another domain granted to this one. */
        void passesOn(int toGrantee, int itsFromDomid, int itsFromRef) {
            grantee = toGrantee;
            frame = -1;
            transitive = true;
            fromDomid = itsFromDomid;
            fromRef = itsFromRef;
        }
    }

    ActiveGrants(int maxEntries) {
        byRef = new @Nullable Active[maxEntries];
    }

    Active get(int ref) {
        Active active = byRef[ref];
        if (active == null) {
            active = new Active(ref);
            byRef[ref] = active;
        }
        return active;
    }

    /** Whether an entry is in use. */
    boolean isUsed(int ref) {
        Active active = byRef[ref];
        return active != null && active.isUsed();
    }

    void begin(Active active, boolean write) {
        if (active.uses++ == 0) {
            if (usedCount == used.length) {
                used = Arrays.copyOf(used, 2 * usedCount);
            }
            active.place = usedCount;
            used[usedCount++] = active;
        }
        if (write) {
            active.writers++;
        }
    }

    void end(Active active, boolean write) {
        if (active.uses == 0 || (write && active.writers == 0)) {
            throw new AssertionError("grant " + active.ref + " is given back more often than it was taken");
        }
        if (write) {
            active.writers--;
        }
        if (--active.uses == 0) {
            Active last = used[--usedCount];
            used[active.place] = last;
            last.place = active.place;
        }
    }

    /** Whether an entry from {@code first} on is in use. */
    boolean isAnyUsedFrom(int first) {
        for (int i = 0; i < usedCount; i++) {
            if (used[i].ref >= first) {
                return true;
            }
        }
        return false;
    }

    /** Whether a frame of the guest's is granted by an entry in use. */
    boolean isFrameUsed(long frame) {
        for (int i = 0; i < usedCount; i++) {
            if (used[i].frame == frame) {
                return true;
            }
        }
        return false;
    }

    /** How many uses there are of all entries together. */
    int uses() {
        int sum = 0;
        for (int i = 0; i < usedCount; i++) {
            sum += used[i].uses;
        }
        return sum;
    }
}
