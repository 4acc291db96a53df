package dev.lodge.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an agent says: the output, and every other event as a line. */
final class RecordingListener implements AgentListener {
    final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    final List<String> events = new ArrayList<>();
    int credit;
    boolean started;

    @Override
    public void started(int stdinCredit) {
        started = true;
        credit = stdinCredit;
        events.add("started " + stdinCredit);
    }

    @Override
    public void stdout(ByteBuffer payload) {
        append(stdout, payload);
    }

    @Override
    public void stderr(ByteBuffer payload) {
        append(stderr, payload);
    }

    @Override
    public void stdinCredit(int bytes) {
        credit += bytes;
    }

    @Override
    public void exited(int status) {
        events.add("exited " + status);
    }

    @Override
    public void execFailed(int errno, String text) {
        events.add("exec failed " + errno + " " + text);
    }

    @Override
    public void failed(String reason) {
        events.add("failed " + reason);
    }

    String stdoutText() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    String stderrText() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    String lastEvent() {
        return events.isEmpty() ? "nothing" : events.getLast();
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        out.writeBytes(bytes);
    }
}
