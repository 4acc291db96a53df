package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.DirectoryCalls;
import dev.lodge.linux.Errno;
import dev.lodge.linux.FileCalls;
import dev.lodge.linux.FileConstant;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.NativeString;
import dev.lodge.linux.OpenFlag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Calls on files by paths beneath one directory, answered with 0 or an errno: by the local kernel, or by a server. */
interface Calls extends AutoCloseable {
    int makeDirectory(String path, int mode);

    int create(String path, int flags, int mode);

    int open(String path, int flags);

    int write(String path, long offset, String text);

    int symbolicLink(String path, String target);

    int link(String path, String newPath);

    int pipe(String path, int mode);

    int unlink(String path);

    int removeDirectory(String path);

    int rename(String path, String newPath);

    int changeMode(String path, int mode);

    int truncate(String path, long size);

    int setTimes(String path, long seconds);

    @Override
    void close();

    /** The local kernel's answers. */
    static Calls local(Path directory) {
        return new Local(directory);
    }

    /** A server's answers. */
    static Calls served(Path directory) {
        return new Served(FakeClient.attached(directory, false));
    }

    /** Straight to the kernel; final links are not followed, as a guest's kernel follows links by itself. */
    final class Local implements Calls {
        private final FileDescriptor root;
        private final DirectoryCalls names = new DirectoryCalls();
        private final FileCalls files = new FileCalls();

        private Local(Path directory) {
            root = FileDescriptor.open(directory.toString(), OpenFlag.O_RDONLY | OpenFlag.O_DIRECTORY);
        }

        private static NativeString text(String path) {
            NativeString text = new NativeString(4095);
            text.set(path.getBytes(StandardCharsets.UTF_8));
            return text;
        }

        private interface OnFile {
            long call(int fd);
        }

        private int errno(long result) {
            return result < 0 ? (int) -result : 0;
        }

        private int onFile(String path, int flags, int mode, OnFile call) {
            long fd = names.open(root.fd(), text(path), flags | OpenFlag.O_NOFOLLOW, mode);
            if (fd < 0) {
                return errno(fd);
            }
            long result = call.call((int) fd);
            var _ = files.close((int) fd);
            return errno(result);
        }

        @Override
        public int makeDirectory(String path, int mode) {
            return errno(names.makeDirectory(root.fd(), text(path), mode));
        }

        @Override
        public int create(String path, int flags, int mode) {
            return onFile(path, flags | OpenFlag.O_CREAT, mode, fd -> 0);
        }

        @Override
        public int open(String path, int flags) {
            return onFile(path, flags, 0, fd -> 0);
        }

        @Override
        public int write(String path, long offset, String text) {
            try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
                java.lang.foreign.MemorySegment data = arena.allocateFrom(text);
                return onFile(path, OpenFlag.O_WRONLY, 0, fd -> files.write(fd, data, 0, text.length(), offset));
            }
        }

        @Override
        public int symbolicLink(String path, String target) {
            return errno(names.makeSymbolicLink(root.fd(), text(path), text(target)));
        }

        @Override
        public int link(String path, String newPath) {
            return onFile(path, OpenFlag.O_PATH, 0, fd -> names.makeLink(fd, root.fd(), text(newPath)));
        }

        @Override
        public int pipe(String path, int mode) {
            return errno(names.makeNode(root.fd(), text(path), FileConstant.S_IFIFO | mode, 0));
        }

        @Override
        public int unlink(String path) {
            return errno(names.unlink(root.fd(), text(path), 0));
        }

        @Override
        public int removeDirectory(String path) {
            return errno(names.unlink(root.fd(), text(path), FileConstant.AT_REMOVEDIR));
        }

        @Override
        public int rename(String path, String newPath) {
            return errno(names.rename(root.fd(), text(path), root.fd(), text(newPath)));
        }

        @Override
        public int changeMode(String path, int mode) {
            return onFile(path, OpenFlag.O_PATH, 0, fd -> files.changeMode(fd, mode));
        }

        @Override
        public int truncate(String path, long size) {
            return onFile(path, OpenFlag.O_PATH, 0, fd -> files.truncate(fd, size));
        }

        @Override
        public int setTimes(String path, long seconds) {
            return onFile(path, OpenFlag.O_PATH, 0, fd -> files.changeTimes(fd, seconds, 1, seconds, 2));
        }

        @Override
        public void close() {
            root.close();
        }
    }

    /** As a guest's kernel would have it done. */
    final class Served implements Calls {
        private static final int DIRECTORY = 1;
        private static final int FILE = 2;

        private final FakeClient client;

        private Served(FakeClient client) {
            this.client = client;
        }

        private static String parent(String path) {
            int slash = path.lastIndexOf('/');
            return slash < 0 ? "" : path.substring(0, slash);
        }

        private static String name(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        private interface OnFid {
            int call(int fid);
        }

        private int on(int fid, String path, OnFid call) {
            int refused = client.walkAll(fid, path);
            if (refused != 0) {
                return refused;
            }
            int result = call.call(fid);
            var _ = client.clunk(fid);
            return result;
        }

        private int inParent(String path, int type, Object... fields) {
            return on(DIRECTORY, parent(path), fid -> {
                Object[] all = new Object[fields.length + 2];
                all[0] = fid;
                all[1] = name(path);
                System.arraycopy(fields, 0, all, 2, fields.length);
                return client.call(type, all).errno();
            });
        }

        @Override
        public int makeDirectory(String path, int mode) {
            return inParent(path, MessageType.TMKDIR, mode, 0);
        }

        @Override
        public int create(String path, int flags, int mode) {
            return inParent(path, MessageType.TLCREATE, flags | OpenFlag.O_CREAT, mode, 0);
        }

        @Override
        public int open(String path, int flags) {
            return on(FILE, path, fid -> client.call(MessageType.TLOPEN, fid, flags)
                    .errno());
        }

        @Override
        public int write(String path, long offset, String text) {
            return on(FILE, path, fid -> {
                int refused =
                        client.call(MessageType.TLOPEN, fid, OpenFlag.O_WRONLY).errno();
                byte[] data = text.getBytes(StandardCharsets.UTF_8);
                return refused != 0
                        ? refused
                        : client.call(MessageType.TWRITE, fid, offset, data.length, new FakeClient.Raw(data))
                                .errno();
            });
        }

        @Override
        public int symbolicLink(String path, String target) {
            return inParent(path, MessageType.TSYMLINK, target, 0);
        }

        @Override
        public int link(String path, String newPath) {
            return on(
                    FILE,
                    path,
                    file -> on(DIRECTORY, parent(newPath), directory -> client.call(
                                    MessageType.TLINK, directory, file, name(newPath))
                            .errno()));
        }

        @Override
        public int pipe(String path, int mode) {
            return inParent(path, MessageType.TMKNOD, FileConstant.S_IFIFO | mode, 0, 0, 0);
        }

        @Override
        public int unlink(String path) {
            return inParent(path, MessageType.TUNLINKAT, 0);
        }

        @Override
        public int removeDirectory(String path) {
            return inParent(path, MessageType.TUNLINKAT, FileConstant.AT_REMOVEDIR);
        }

        @Override
        public int rename(String path, String newPath) {
            return on(
                    FILE,
                    parent(path),
                    from -> on(DIRECTORY, parent(newPath), to -> client.call(
                                    MessageType.TRENAMEAT, from, name(path), to, name(newPath))
                            .errno()));
        }

        private int set(String path, int valid, int mode, long size, long seconds) {
            return on(FILE, path, fid -> client.call(
                            MessageType.TSETATTR, fid, valid, mode, 0, 0, size, seconds, 1L, seconds, 2L)
                    .errno());
        }

        @Override
        public int changeMode(String path, int mode) {
            return set(path, 1, mode, 0, 0);
        }

        @Override
        public int truncate(String path, long size) {
            return set(path, 8, 0, size, 0);
        }

        @Override
        public int setTimes(String path, long seconds) {
            return set(path, 0x10 | 0x20 | 0x80 | 0x100, 0, 0, seconds);
        }

        @Override
        public void close() {
            client.close();
        }

        /** For tables that compare errnos. */
        static String named(int errno) {
            return errno == 0 ? "0" : Errno.name(errno);
        }
    }
}
