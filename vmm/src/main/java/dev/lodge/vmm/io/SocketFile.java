package dev.lodge.vmm.io;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The file that a socket listens at: made, where it may be, and removed again if it is still the one that was made. Only the
 * user who runs this process, and root, may connect: the file's mode says so, and {@link #admits} looks at each connection,
 * since the file has the umask's mode for a moment.
 */
public final class SocketFile implements AutoCloseable {

    /** Bytes of {@code sun_path} less its NUL: {@code unix(7)}. */
    private static final int LONGEST_PATH = 107;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path path;
    private final ServerSocketChannel channel;
    private final @Nullable Object identity;
    private final String owner;

    private SocketFile(Path path, ServerSocketChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        identity = attributes(path).fileKey();
        owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
    }

    /**
     * Listens at a path. A socket's file at which nobody listens, as a process that was killed leaves behind, is replaced.
     *
     * @throws IOException if that cannot be; the message is a line for the user
     */
    public static SocketFile listen(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IOException(
                    "cannot listen at " + path + ": a socket's path has at most " + LONGEST_PATH + " bytes");
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException("cannot listen at " + path + ": there is no such directory");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeStale(path);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, OWNER_ONLY);
            return new SocketFile(path, channel);
        } catch (IOException refused) {
            channel.close();
            throw new IOException("cannot listen at " + path + ": " + reason(refused), refused);
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!attributes(path).isOther()) {
            throw new IOException("cannot listen at " + path + ": it exists and is no socket");
        }
        if (somebodyListens(path)) {
            throw new IOException("cannot listen at " + path + ": another process listens there");
        }
        try {
            Files.deleteIfExists(path);
        } catch (AccessDeniedException denied) {
            throw new IOException("cannot listen at " + path + ": no permission to replace it", denied);
        }
    }

    private static boolean somebodyListens(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            if (String.valueOf(refused.getMessage()).contains("Permission denied")) {
                throw new IOException("cannot listen at " + path + ": it is another user's", refused);
            }
            return false;
        }
    }

    private static String reason(IOException refused) {
        String said = String.valueOf(refused.getMessage());
        return said.contains("Permission denied") ? "no permission to make a file there" : said;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** The socket, blocking at first. */
    public ServerSocketChannel channel() {
        return channel;
    }

    /** Where it listens. */
    public Path path() {
        return path;
    }

    /** Whether who has connected is this process's user, whose file it is, or root. */
    public boolean admits(SocketChannel connection) throws IOException {
        String user =
                connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        return user.equals(owner) || user.equals("root") || user.equals("0");
    }

    /** Stops listening, and removes the file unless another has taken its place. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Objects.equals(attributes(path).fileKey(), identity)) {
            Files.deleteIfExists(path);
        }
    }
}
