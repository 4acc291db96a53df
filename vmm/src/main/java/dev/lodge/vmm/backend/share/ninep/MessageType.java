package dev.lodge.vmm.backend.share.ninep;

/** Numbers of requests ({@code enum p9_msg_t} of {@code net/9p/9p.h}); a reply's is one higher. */
final class MessageType {
    static final int RLERROR = 7;
    static final int TSTATFS = 8;
    static final int TLOPEN = 12;
    static final int TLCREATE = 14;
    static final int TSYMLINK = 16;
    static final int TMKNOD = 18;
    static final int TRENAME = 20;
    static final int TREADLINK = 22;
    static final int TGETATTR = 24;
    static final int TSETATTR = 26;
    static final int TXATTRWALK = 30;
    static final int TXATTRCREATE = 32;
    static final int TREADDIR = 40;
    static final int TFSYNC = 50;
    static final int TLOCK = 52;
    static final int TGETLOCK = 54;
    static final int TLINK = 70;
    static final int TMKDIR = 72;
    static final int TRENAMEAT = 74;
    static final int TUNLINKAT = 76;
    static final int TVERSION = 100;
    static final int TATTACH = 104;
    static final int TFLUSH = 108;
    static final int TWALK = 110;
    static final int TREAD = 116;
    static final int TWRITE = 118;
    static final int TCLUNK = 120;
    static final int TREMOVE = 122;

    private MessageType() {}

    /** Whether a request of this kind is refused where nothing may change. Opening and {@link #TREMOVE}, which lets go of a fid in any case, look for themselves. */
    static boolean changes(int type) {
        return switch (type) {
            case TLCREATE,
                    TSYMLINK,
                    TMKNOD,
                    TRENAME,
                    TSETATTR,
                    TXATTRCREATE,
                    TLINK,
                    TMKDIR,
                    TRENAMEAT,
                    TUNLINKAT,
                    TWRITE -> true;
            default -> false;
        };
    }
}
