package dev.lodge.vmm.backend.console.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program whose standard input is what the guest says, and whose standard output is what the guest reads. Its standard
 * error is this process's.
 */
public final class ProgramEnd extends HostEnd {
    private static final int PIECE = 4 << 10;

    private final Process process;
    private final Thread writer;

    private ProgramEnd(String name, Process process, long patienceMillis) {
        super(name, patienceMillis);
        this.process = process;
        said.listen();
        writer = start("console-to-program", this::write);
        start("console-from-program", this::read);
        var _ = process.onExit().thenAccept(this::exited);
    }

    /**
     * Starts a program.
     *
     * @param words its name, searched in {@code PATH} unless it has a slash, and its arguments
     * @throws IOException if it cannot be started; the message is a line for the user
     */
    public static ProgramEnd start(List<String> words) throws IOException {
        return start(words, PATIENCE_MILLIS);
    }

    static ProgramEnd start(List<String> words, long patienceMillis) throws IOException {
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ProgramEnd("the console's program '" + String.join(" ", words) + "'", process, patienceMillis);
    }

    private void write() {
        byte[] piece = new byte[PIECE];
        try (OutputStream stdin = process.getOutputStream()) {
            for (int length = said.await(ByteBuffer.wrap(piece));
                    length > 0;
                    length = said.await(ByteBuffer.wrap(piece))) {
                stdin.write(piece, 0, length);
                stdin.flush();
            }
        } catch (IOException closed) {
            LOG.debug("{} reads no more: {}", name(), closed.getMessage());
        } catch (InterruptedException e) {
            // as if it read no more
        }
        said.leave();
    }

    private void read() {
        byte[] piece = new byte[PIECE];
        try (InputStream stdout = process.getInputStream()) {
            for (int room = keys.awaitRoom(); room > 0; room = keys.awaitRoom()) {
                int length = stdout.read(piece, 0, Math.min(room, PIECE));
                if (length < 0) {
                    return;
                }
                keys.put(ByteBuffer.wrap(piece, 0, length));
                resume();
            }
        } catch (IOException | InterruptedException e) {
            // it writes no more
        }
    }

    private void exited(Process ended) {
        said.leave();
        if (!isClosed()) {
            LOG.warn("{} has ended with status {}: the guest goes on without it", name(), ended.exitValue());
        }
    }

    @Override
    void finish() {
        join(writer, LAST_WORDS_MILLIS);
        try {
            if (!process.waitFor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                if (!process.waitFor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
