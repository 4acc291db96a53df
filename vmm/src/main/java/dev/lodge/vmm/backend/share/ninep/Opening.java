package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.FileConstant;
import dev.lodge.linux.OpenFlag;

/** How files are opened for a client. Its flags ({@code P9_DOTL_*} of {@code net/9p/9p.h}) are those of x86-64. */
final class Opening {

    /** Not opened, but held: of a symbolic link, the link. */
    static final int HOLD = OpenFlag.O_PATH | OpenFlag.O_NOFOLLOW;

    static final int PERMISSIONS = 07777;
    static final int SET_ID = FileConstant.S_ISUID | FileConstant.S_ISGID;

    private static final int PASSED_ON =
            OpenFlag.O_ACCMODE | OpenFlag.O_TRUNC | OpenFlag.O_APPEND | OpenFlag.O_DSYNC | OpenFlag.O_SYNC;

    private Opening() {}

    /** What the host's kernel is asked for; the rest is the client's own affair. */
    static int flags(int client) {
        return client & PASSED_ON | OpenFlag.O_NOCTTY;
    }

    /** Whether these flags name a way of access. */
    static boolean isAccess(int client) {
        return (client & OpenFlag.O_ACCMODE) != OpenFlag.O_ACCMODE;
    }

    /** Whether a file may change that is opened so. */
    static boolean changes(int client) {
        return (client & OpenFlag.O_ACCMODE) != OpenFlag.O_RDONLY || (client & OpenFlag.O_TRUNC) != 0;
    }
}
