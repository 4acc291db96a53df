package dev.lodge.vmm.backend.share.ninep;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.NativeString;
import java.lang.foreign.MemorySegment;

/**
 * Serves one client: a reply for each request, in their order, so that there is never one to flush. One thread at a time, which
 * {@link dev.lodge.linux.ProcessLimits#unmaskThisThread} should have been called on: else what the client makes lacks the bits
 * of this process's mask.
 */
public final class NinepServer implements AutoCloseable {

    /** Bytes of a message before its content: {@code size[4] type[1] tag[2]}. */
    public static final int HEADER_SIZE = Limits.HEADER;

    private static final int TYPE = 4;
    private static final int TAG = 5;
    private static final String DIALECT = "9P2000.L";
    private static final byte[] UNKNOWN = {'u', 'n', 'k', 'n', 'o', 'w', 'n'};

    private final Session session;
    private final TreeRequests tree;
    private final FileRequests files;
    private final AttributeRequests attributes;
    private final LockRequests locks;
    private final RequestReader in = new RequestReader();
    private final ReplyWriter out = new ReplyWriter();
    private final NativeString version = new NativeString(Limits.NAME);

    /**
     * A server for a client that has nothing yet.
     *
     * @param root the shared directory, opened with {@code O_PATH} or for reading; stays the caller's
     * @param readOnly whether changes are refused
     */
    public NinepServer(FileDescriptor root, boolean readOnly, Ownership ownership, Limits limits) {
        session = new Session(root, readOnly, ownership, limits);
        tree = new TreeRequests(session);
        files = new FileRequests(session);
        attributes = new AttributeRequests(session);
        locks = new LockRequests(session);
    }

    /**
     * Answers a request.
     *
     * @param request native memory that nobody else can write to
     * @param length bytes in it, at least {@link #HEADER_SIZE}; its own size field is not looked at
     * @param reply native memory of at least {@link Limits#messageSize} bytes
     * @return bytes in the reply
     */
    public int serve(MemorySegment request, int length, MemorySegment reply) {
        int type = Byte.toUnsignedInt(request.get(JAVA_BYTE, TYPE));
        int tag = Short.toUnsignedInt(request.get(JAVA_SHORT_UNALIGNED, TAG));
        int most = session.messageSize == 0 ? Limits.LEAST_MESSAGE : session.messageSize;
        in.begin(request, length);
        out.begin(reply, most, type + 1, tag);
        long refused;
        try {
            refused = handle(type);
        } catch (MalformedRequest malformed) {
            refused = -Errno.EPROTO;
        }
        if (refused < 0) {
            out.error((int) -refused);
        }
        return out.end();
    }

    private long handle(int type) throws MalformedRequest {
        if (type == MessageType.TVERSION) {
            return version();
        }
        if (session.messageSize == 0) {
            return -Errno.EPROTO;
        }
        if (session.readOnly && MessageType.changes(type)) {
            return -Errno.EROFS;
        }
        return switch (type) {
            case MessageType.TREAD -> files.read(in, out);
            case MessageType.TWRITE -> files.write(in, out);
            case MessageType.TWALK -> tree.walk(in, out);
            case MessageType.TGETATTR -> attributes.get(in, out);
            case MessageType.TCLUNK -> clunk();
            case MessageType.TLOPEN -> files.open(in, out);
            case MessageType.TLCREATE -> files.create(in, out);
            case MessageType.TREADDIR -> files.readDirectory(in, out);
            case MessageType.TSETATTR -> attributes.set(in);
            case MessageType.TREADLINK -> attributes.readLink(in, out);
            case MessageType.TFSYNC -> files.sync(in);
            case MessageType.TMKDIR -> tree.makeDirectory(in, out);
            case MessageType.TSYMLINK -> tree.makeSymbolicLink(in, out);
            case MessageType.TMKNOD -> tree.makeNode(in, out);
            case MessageType.TLINK -> tree.link(in);
            case MessageType.TUNLINKAT -> tree.unlinkAt(in);
            case MessageType.TRENAMEAT -> tree.renameAt(in);
            case MessageType.TRENAME -> tree.rename(in);
            case MessageType.TREMOVE -> tree.remove(in);
            case MessageType.TSTATFS -> attributes.statFileSystem(in, out);
            case MessageType.TXATTRWALK -> attributes.walkToAttribute(in, out);
            case MessageType.TXATTRCREATE -> attributes.createAttribute(in);
            case MessageType.TLOCK -> locks.lock(in, out);
            case MessageType.TGETLOCK -> locks.find(in, out);
            case MessageType.TATTACH -> tree.attach(in, out);
            case MessageType.TFLUSH -> flush();
            default -> -Errno.EOPNOTSUPP;
        };
    }

    /** {@code Tversion msize[4] version[s]}: the same. All that the client had is gone. */
    private long version() throws MalformedRequest {
        int wanted = in.u32();
        long refused = in.string(version);
        in.end();
        if (refused < 0) {
            return refused;
        }
        if (wanted >= 0 && wanted < Limits.LEAST_MESSAGE) {
            return -Errno.EMSGSIZE;
        }
        session.reset();
        boolean understood = version.is(DIALECT);
        int most = session.limits.messageSize();
        int agreed = wanted < 0 ? most : Math.min(wanted, most);
        session.messageSize = understood ? agreed : 0;
        if (!understood) {
            version.set(UNKNOWN);
        }
        out.u32(agreed);
        out.string(version);
        return 0;
    }

    /** {@code Tflush oldtag[2]}: nothing. What it means was answered before this was read. */
    private long flush() throws MalformedRequest {
        var _ = in.u16();
        in.end();
        return 0;
    }

    /** {@code Tclunk fid[4]}: nothing. The fid is gone in any case. */
    private long clunk() throws MalformedRequest {
        int number = in.u32();
        in.end();
        Fid fid = session.fids.remove(number);
        if (fid == null) {
            return -Errno.EBADF;
        }
        Attribute attribute = fid.attribute;
        long refused = attribute != null && attribute.writing ? attributes.setAttribute(fid, attribute) : 0;
        session.letGo(number, fid);
        return refused;
    }

    /** Bytes in the longest message that was agreed upon; 0 before that. */
    public int messageSize() {
        return session.messageSize;
    }

    /** Closes all that the client had open. */
    @Override
    public void close() {
        session.reset();
    }
}
