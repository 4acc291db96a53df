package dev.lodge.guest;

import java.nio.ByteBuffer;

/**
 * A hostile agent at the {@link AgentDecoder}. Each input is a first byte, which says how the rest is cut into pieces, and
 * the bytes that the agent sends.
 */
public final class AgentFuzzer {

    private AgentFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        CheckingListener listener = new CheckingListener();
        AgentDecoder decoder = new AgentDecoder(listener);
        int piece = 1 + (input[0] & 0xff) * 7;
        boolean broken = false;
        for (int at = 1; at < input.length; at += piece) {
            ByteBuffer bytes = ByteBuffer.wrap(input, at, Math.min(piece, input.length - at));
            try {
                decoder.accept(bytes);
                require(!broken, "bytes are taken after the protocol was broken");
                require(!bytes.hasRemaining(), "bytes are left over");
            } catch (AgentProtocolException violation) {
                require(violation.getMessage() != null, "a violation without a word");
                broken = true;
            }
        }
        require(broken || listener.ended == decoder.hasEnded(), "the decoder and the listener disagree on the end");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Asserts the order and the ranges that {@link AgentListener} promises. */
    private static final class CheckingListener implements AgentListener {

        private boolean started;
        private boolean ended;

        @Override
        public void started(int stdinCredit) {
            require(!started && !ended && stdinCredit >= 0, "started out of turn, or with " + stdinCredit);
            started = true;
        }

        @Override
        public void stdout(ByteBuffer payload) {
            running(payload);
        }

        @Override
        public void stderr(ByteBuffer payload) {
            running(payload);
        }

        private void running(ByteBuffer payload) {
            require(started && !ended, "output out of turn");
            require(payload.remaining() <= AgentFrames.MAX_PAYLOAD_BYTES, "too long a payload");
        }

        @Override
        public void stdinCredit(int bytes) {
            require(started && !ended && bytes >= 0, "credit out of turn, or " + bytes);
        }

        @Override
        public void exited(int status) {
            require(started && !ended && status >= 0 && status <= 255, "exited out of turn, or with " + status);
            ended = true;
        }

        @Override
        public void execFailed(int errno, String text) {
            require(!started && !ended, "a failure to execute out of turn");
            printable(text);
            ended = true;
        }

        @Override
        public void failed(String reason) {
            require(!ended, "a failure out of turn");
            printable(reason);
            ended = true;
        }

        private static void printable(String text) {
            require(text.chars().noneMatch(Character::isISOControl), "text that steers a terminal");
        }
    }
}
