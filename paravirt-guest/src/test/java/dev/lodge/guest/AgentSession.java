package dev.lodge.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The agent as a process of this machine, a pseudo-terminal standing in for {@code /dev/hvc1}. */
final class AgentSession implements AutoCloseable {
    private final RecordingListener heard = new RecordingListener();
    private final AgentDecoder decoder = new AgentDecoder(heard);
    private final byte[] buffer = new byte[4096];
    private final Process bridge;
    private final Path jobFile;

    AgentSession(Job job) throws IOException {
        this(job.encode());
    }

    AgentSession(byte[] jobFileContent) throws IOException {
        jobFile = Files.createTempFile("job", null);
        Files.write(jobFile, jobFileContent);
        bridge = new ProcessBuilder(resource("pty-bridge"), resource("init"), jobFile.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String resource(String name) {
        return Objects.requireNonNull(AgentSession.class.getResource(name), name)
                .getPath();
    }

    void send(byte[] frame) throws IOException {
        bridge.getOutputStream().write(frame);
        bridge.getOutputStream().flush();
    }

    /** Sends data as credit allows, listening meanwhile. */
    void sendStdin(byte[] data) throws IOException {
        for (int at = 0; at < data.length; ) {
            while (heard.credit == 0) {
                hear();
            }
            int length = Math.min(Math.min(heard.credit, data.length - at), AgentFrames.MAX_PAYLOAD_BYTES);
            send(AgentFrames.stdin(data, at, length));
            heard.credit -= length;
            at += length;
        }
    }

    RecordingListener awaitStart() throws IOException {
        while (!heard.started) {
            hear();
        }
        return heard;
    }

    RecordingListener awaitOutput(String text) throws IOException {
        while (!heard.stdoutText().contains(text)) {
            hear();
        }
        return heard;
    }

    RecordingListener awaitEnd() throws IOException {
        while (!decoder.hasEnded()) {
            hear();
        }
        return heard;
    }

    private void hear() throws IOException {
        InputStream in = bridge.getInputStream();
        int length = in.read(buffer);
        if (length < 0) {
            throw new IOException("the agent is gone; last heard: " + heard.lastEvent());
        }
        decoder.accept(ByteBuffer.wrap(Arrays.copyOf(buffer, length)));
    }

    @Override
    public void close() throws IOException {
        bridge.destroy();
        Files.delete(jobFile);
    }
}
