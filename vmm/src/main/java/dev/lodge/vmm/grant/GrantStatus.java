package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_readonly;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_sub_page;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_transitive;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_type_mask;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;

import dev.lodge.vmm.grant.ActiveGrants.Active;

/**
 * Whether an entry grants a use, and the note of that use where the guest sees it, so that what was checked is what is
 * used: in version 1 by one compare-and-set of flags, domain and note; in version 2 by the note in the status frame first,
 * and a second look at the entry after it. Xen's {@code _set_status_v1, _set_status_v2}.
 *
 * <p>Under the lock of the {@link GrantTable} that it belongs to.
 */
final class GrantStatus {

    /** Compare-and-sets lost to a guest that keeps changing an entry; one that only makes it read-only needs two. */
    private static final int GIVE_UP_AFTER = 5;

    private final GrantFrames frames;

    GrantStatus(GrantFrames frames) {
        this.frames = frames;
    }

    /**
     * Notes a use, if the entry grants it.
     *
     * @param map a mapping, which a part of a frame and a passed-on grant do not allow
     * @param inUse it is used already, so only whether it may be written to is asked
     */
    Refusal set(int ref, int grantee, boolean write, boolean map, boolean inUse) {
        return frames.version() == 1
                ? setInEntry(ref, grantee, write, map, inUse)
                : setInStatusFrame(ref, grantee, write, map, inUse);
    }

    private Refusal setInEntry(int ref, int grantee, boolean write, boolean map, boolean inUse) {
        int use = write ? GTF_reading | GTF_writing : GTF_reading;
        for (int attempt = 0; attempt < GIVE_UP_AFTER; attempt++) {
            int word = frames.word(ref);
            Refusal refusal = check(word, grantee, write, map, inUse);
            if (refusal != Refusal.NONE || frames.compareAndSetWord(ref, word, word | use)) {
                return refusal;
            }
        }
        return Refusal.UNSTABLE;
    }

    private Refusal setInStatusFrame(int ref, int grantee, boolean write, boolean map, boolean inUse) {
        Refusal refusal = check(frames.word(ref), grantee, write, map, inUse);
        if (refusal == Refusal.NONE) {
            frames.setStatus(ref, write ? GTF_reading | GTF_writing : GTF_reading); // a full fence
            refusal = check(frames.word(ref), grantee, write, map, inUse);
            if (refusal != Refusal.NONE) {
                frames.clearStatus(ref, inUse ? GTF_writing : GTF_reading | GTF_writing);
            }
        }
        return refusal;
    }

    private Refusal check(int word, int grantee, boolean write, boolean map, boolean inUse) {
        int type = word & GTF_type_mask;
        boolean passedOn = type == GTF_transitive && !map && frames.version() == 2;
        if (!inUse && ((type != GTF_permit_access && !passedOn) || (map && (word & GTF_sub_page) != 0))) {
            return Refusal.NO_ACCESS;
        } else if (!inUse && word >>> Short.SIZE != grantee) {
            return Refusal.OTHER_GRANTEE;
        }
        return write && (word & GTF_readonly) != 0 ? Refusal.READ_ONLY : Refusal.NONE;
    }

    /** Takes the note back as far as an entry's remaining uses do not need it. */
    void reduce(int ref, Active active, boolean write) {
        int ended = active.isUsed() ? 0 : GTF_reading;
        if (write && !active.isWritten()) {
            ended |= GTF_writing;
        }
        if (ended != 0) {
            frames.clearStatus(ref, ended);
        }
    }
}
