package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Stream sockets of the UNIX family ({@code unix(7)}), which {@link Epoll} can wait for. */
public final class UnixStream {
    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_CLOEXEC = 0x80000;

    private static final int LONGEST_PATH = (int) (sockaddr_un.SIZEOF - sockaddr_un.sun_path$offset) - 1;

    private UnixStream() {}

    /**
     * Connects to a socket in the file system.
     *
     * @param path at most 107 bytes long
     * @return the connection, close-on-exec; reads and writes that cannot be done at once return {@code -EAGAIN}
     * @throws LinuxException with {@code ECONNREFUSED} when nobody listens there, {@code ENOENT} when there is no such socket
     */
    public static FileDescriptor connect(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_PATH || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a socket's path is at most " + LONGEST_PATH + " bytes without a NUL");
        }
        long fd = LinuxException.check(
                Syscall.invoke(SystemCallNumber.SOCKET, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
        FileDescriptor socket = FileDescriptor.owned(path, (int) fd);
        try {
            Syscall syscall = Syscall.current();
            MemorySegment address = syscall.zeroedScratch(sockaddr_un.SIZEOF + 2);
            address.set(JAVA_SHORT, sockaddr_un.sun_family$offset, (short) AF_UNIX);
            for (int i = 0; i < bytes.length; i++) {
                address.set(JAVA_BYTE, sockaddr_un.sun_path$offset + i, bytes[i]);
            }
            long result =
                    syscall.call(SystemCallNumber.CONNECT, fd, syscall.scratchAddress(), sockaddr_un.SIZEOF, 0, 0, 0);
            LinuxException.check(result, "connect to " + path);
            socket.setNonBlocking(true);
            return socket;
        } catch (RuntimeException refused) {
            socket.close();
            throw refused;
        }
    }
}
