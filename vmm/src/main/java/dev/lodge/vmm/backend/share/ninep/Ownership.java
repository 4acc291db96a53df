package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.ProcessLimits;

/**
 * Whose files are whose. A server that is root gives each file its owner as the client sees it, and what a client's user
 * makes is that user's. Any other cannot give files away: what is made is the caller's, and the caller's files appear as
 * root's, who uses them in the guest; all others as they are.
 */
public final class Ownership {

    /** In calls and messages: leave it as it is, or nobody in particular. */
    static final int NOBODY = -1;

    static final int ROOT = 0;

    private final boolean passthrough;
    private final int uid;
    private final int gid;

    private Ownership(boolean passthrough, int uid, int gid) {
        this.passthrough = passthrough;
        this.uid = uid;
        this.gid = gid;
    }

    /** What this process can do. */
    public static Ownership ofThisProcess() {
        int uid = ProcessLimits.effectiveUser();
        return uid == ROOT ? passthrough() : mapped(uid, ProcessLimits.effectiveGroup());
    }

    /** Everybody is the same on both sides. */
    public static Ownership passthrough() {
        return new Ownership(true, ROOT, ROOT);
    }

    /** This user and group of the host are root in the guest. */
    public static Ownership mapped(int uid, int gid) {
        return new Ownership(false, uid, gid);
    }

    /** Whether what is made can be given to whom it was made for. */
    boolean givesAway() {
        return passthrough;
    }

    int guestUser(int host) {
        return host == uid ? ROOT : host;
    }

    int guestGroup(int host) {
        return host == gid ? ROOT : host;
    }

    int hostUser(int guest) {
        return guest == ROOT ? uid : guest;
    }

    int hostGroup(int guest) {
        return guest == ROOT ? gid : guest;
    }
}
