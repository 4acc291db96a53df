package dev.lodge.vmm.backend.console.host;

import dev.lodge.linux.FileConstant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that the guest's words are appended to, whatever is in it already; or a device that takes them. What the file
 * system refuses is dropped.
 */
public final class FileEnd extends HostEnd {
    private static final int PIECE = 8 << 10;
    private static final long FOR_EVER = 0;
    private static final long SLOW_DISK_MILLIS = 10_000;

    private final FileChannel file;
    private final Thread writer;

    private FileEnd(Path path, FileChannel file) {
        super("the console's file " + path, FOR_EVER); // a file takes what it is given, or fails
        this.file = file;
        said.listen();
        writer = start("console-file", this::write);
    }

    /**
     * Opens a file, and makes it if there is none.
     *
     * @throws IOException if that cannot be; the message is a line for the user
     */
    public static FileEnd open(Path path) throws IOException {
        try {
            refuse(path);
            return new FileEnd(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (AccessDeniedException denied) {
            throw new IOException("cannot write to " + path + ": no permission", denied);
        }
    }

    private static void refuse(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("cannot write to " + path + ": it is a directory");
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw new IOException("cannot write to " + path + ": there is no such directory");
        }
        if (Files.exists(path)) {
            int kind = (int) Files.getAttribute(path, "unix:mode") & FileConstant.S_IFMT;
            if (kind == FileConstant.S_IFIFO || kind == FileConstant.S_IFSOCK) {
                throw new IOException("cannot write to " + path + ": it is a "
                        + (kind == FileConstant.S_IFIFO
                                ? "pipe, which could hold up the guest; a program can read it"
                                : "socket"));
            }
        }
    }

    private void write() {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        boolean told = false;
        try {
            while (said.await(piece.clear()) > 0) {
                piece.flip();
                try {
                    while (piece.hasRemaining()) {
                        file.write(piece);
                    }
                } catch (IOException refused) {
                    if (!told) {
                        told = true;
                        LOG.warn(
                                "{} fails ({}): the guest goes on, and what cannot be written is lost",
                                name(),
                                refused.getMessage());
                    }
                }
            }
        } catch (InterruptedException e) {
            said.leave();
        }
    }

    @Override
    void finish() {
        join(writer, SLOW_DISK_MILLIS);
        try {
            file.close();
        } catch (IOException failed) {
            LOG.warn("{} fails when it is closed ({}): its end may be lost", name(), failed.getMessage());
        }
    }
}
