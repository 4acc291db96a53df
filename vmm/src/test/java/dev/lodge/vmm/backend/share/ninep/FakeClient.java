package dev.lodge.vmm.backend.share.ninep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.OpenFlag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that sends what it is told, field by field, and takes replies apart. */
final class FakeClient implements AutoCloseable {
    static final int MESSAGE_SIZE = 16384;
    static final int ROOT = 0;

    private final FileDescriptor root;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment request = arena.allocate(MESSAGE_SIZE);
    private final MemorySegment reply = arena.allocate(MESSAGE_SIZE);
    final NinepServer server;
    private int tag;

    private FakeClient(Path directory, boolean readOnly, Ownership ownership, Limits limits) {
        root = FileDescriptor.open(directory.toString(), OpenFlag.O_PATH | OpenFlag.O_DIRECTORY);
        server = new NinepServer(root, readOnly, ownership, limits);
    }

    /** One that has sent nothing yet. */
    static FakeClient silent(Path directory, boolean readOnly, Limits limits) {
        return new FakeClient(directory, readOnly, Ownership.ofThisProcess(), limits);
    }

    /** One that has the root as fid 0. */
    static FakeClient attached(Path directory, boolean readOnly) {
        return attached(directory, readOnly, Ownership.ofThisProcess(), limits());
    }

    static FakeClient attached(Path directory, boolean readOnly, Ownership ownership, Limits limits) {
        FakeClient client = new FakeClient(directory, readOnly, ownership, limits);
        client.call(MessageType.TVERSION, MESSAGE_SIZE, "9P2000.L").ok();
        client.call(MessageType.TATTACH, ROOT, -1, "root", "", 0).ok();
        return client;
    }

    static Limits limits() {
        return new Limits(MESSAGE_SIZE, 200, 100_000, 64, new OpenFiles(500));
    }

    /** Bytes as they are, without a length before them. */
    static final class Raw {
        private final byte[] bytes;

        Raw(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** What came back. */
    static final class Reply {
        final int type;
        private final ByteBuffer content;

        private Reply(int type, ByteBuffer content) {
            this.type = type;
            this.content = content;
        }

        /** The errno of an {@code Rlerror}, 0 for another reply. */
        int errno() {
            return type == MessageType.RLERROR ? content.getInt(Limits.HEADER) : 0;
        }

        Reply ok() {
            assertEquals(0, errno(), "errno");
            return this;
        }

        int u8() {
            return Byte.toUnsignedInt(content.get());
        }

        int u16() {
            return Short.toUnsignedInt(content.getShort());
        }

        int u32() {
            return content.getInt();
        }

        long u64() {
            return content.getLong();
        }

        String string() {
            return new String(bytes(u16()), StandardCharsets.UTF_8);
        }

        byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            content.get(bytes);
            return bytes;
        }

        Qid qid() {
            return new Qid(u8(), u32(), u64());
        }

        int remaining() {
            return content.remaining();
        }
    }

    record Qid(int type, int version, long path) {}

    /** The first fields of an {@code Rgetattr}. */
    record Attributes(Qid qid, int mode, int uid, int gid, long links, long size) {}

    Attributes attributes(int fid) {
        Reply status = call(MessageType.TGETATTR, fid, 0x7ffL).ok();
        status.u64(); // which of them are valid
        Qid qid = status.qid();
        int mode = status.u32();
        int uid = status.u32();
        int gid = status.u32();
        long links = status.u64();
        status.u64(); // rdev
        return new Attributes(qid, mode, uid, gid, links, status.u64());
    }

    /** Sends a request of these fields: Byte, Short, Integer, Long, String with its length, Raw. */
    Reply call(int type, Object... fields) {
        ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0).put((byte) type).putShort((short) ++tag);
        for (Object field : fields) {
            if (field instanceof Byte value) {
                buffer.put(value);
            } else if (field instanceof Short value) {
                buffer.putShort(value);
            } else if (field instanceof Integer value) {
                buffer.putInt(value);
            } else if (field instanceof Long value) {
                buffer.putLong(value);
            } else if (field instanceof String value) {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                buffer.putShort((short) bytes.length).put(bytes);
            } else if (field instanceof Raw value) {
                buffer.put(value.bytes);
            } else {
                throw new AssertionError("a field of " + field.getClass());
            }
        }
        buffer.putInt(0, buffer.position());
        byte[] message = new byte[buffer.position()];
        buffer.get(0, message);
        return send(message);
    }

    /** Sends bytes that may be no request; checks that what comes back is a reply. */
    Reply send(byte[] message) {
        MemorySegment.copy(MemorySegment.ofArray(message), 0, request, 0, message.length);
        int length = server.serve(request, message.length, reply);
        ByteBuffer content = ByteBuffer.wrap(reply.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(length, content.getInt());
        int type = content.get();
        assertEquals(message[5], content.get(), "tag");
        assertEquals(message[6], content.get(), "tag");
        if (type != MessageType.RLERROR) {
            assertEquals(Byte.toUnsignedInt(message[4]) + 1, type, "type of the reply");
        }
        return new Reply(type, content);
    }

    /** Walks from the root; the fid is new. */
    Reply walk(int fid, String path) {
        String[] names = path.isEmpty() ? new String[0] : path.split("/", -1);
        Object[] fields = new Object[3 + names.length];
        fields[0] = ROOT;
        fields[1] = fid;
        fields[2] = (short) names.length;
        System.arraycopy(names, 0, fields, 3, names.length);
        return call(MessageType.TWALK, fields);
    }

    /** Walks all the way, or else tells why not: 0, or an errno as Linux's client makes of a walk that ends early. */
    int walkAll(int fid, String path) {
        Reply reply = walk(fid, path);
        if (reply.errno() != 0) {
            return reply.errno();
        }
        return reply.u16() == (path.isEmpty() ? 0 : path.split("/", -1).length) ? 0 : dev.lodge.linux.Errno.ENOENT;
    }

    int clunk(int fid) {
        return call(MessageType.TCLUNK, fid).errno();
    }

    /** Walks to a file and opens it. */
    int open(int fid, String path, int flags) {
        int refused = walkAll(fid, path);
        return refused != 0 ? refused : call(MessageType.TLOPEN, fid, flags).errno();
    }

    byte[] read(int fid, long offset, int count) {
        Reply reply = call(MessageType.TREAD, fid, offset, count).ok();
        return reply.bytes(reply.u32());
    }

    int write(int fid, long offset, byte[] data) {
        Reply reply = call(MessageType.TWRITE, fid, offset, data.length, new Raw(data))
                .ok();
        return reply.u32();
    }

    @Override
    public void close() {
        server.close();
        root.close();
        arena.close();
    }
}
