package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GNTTAB_NR_RESERVED_ENTRIES;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_transitive;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_type_mask;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;

import dev.lodge.vmm.abi.XenErrno;

/**
 * The change of a table from one version to the other, which empties it but for the first eight entries: those are the
 * tools', and may be in use meanwhile. Xen's {@code gnttab_set_version}.
 */
final class GrantVersions {

    /** The answer where other entries are in use. */
    static final int BUSY = -XenErrno.EBUSY;

    private static final int USES = GTF_reading | GTF_writing;

    private GrantVersions() {}

    /** 0, or an error as {@code -XenErrno.E...}. */
    static int change(GrantFrames frames, int version) {
        int[] words = new int[GNTTAB_NR_RESERVED_ENTRIES];
        long[] granted = new long[GNTTAB_NR_RESERVED_ENTRIES];
        for (int ref = 0; ref < GNTTAB_NR_RESERVED_ENTRIES; ref++) {
            words[ref] = frames.word(ref);
            granted[ref] = frames.frame(ref);
            int type = words[ref] & GTF_type_mask;
            if (version == 1) {
                if (type == GTF_transitive || (type == GTF_permit_access && granted[ref] >>> Integer.SIZE != 0)) {
                    return -XenErrno.ERANGE; // version 1 cannot say that
                }
                words[ref] |= frames.status(ref) & USES;
                if (type != GTF_permit_access) {
                    words[ref] = 0;
                }
            }
        }
        frames.beginVersion(version);
        for (int ref = 0; ref < GNTTAB_NR_RESERVED_ENTRIES; ref++) {
            frames.put(ref, version == 1 ? words[ref] : words[ref] & ~USES, words[ref] == 0 ? 0 : granted[ref]);
            if (version == 2) {
                frames.setStatus(ref, words[ref] & USES);
            }
        }
        return 0;
    }
}
