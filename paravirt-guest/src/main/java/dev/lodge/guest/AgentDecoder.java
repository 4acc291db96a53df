package dev.lodge.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Takes the agent's bytes as they come, in pieces of any size, and tells a listener what whole frames say. What the
 * guest sends is not trusted: every type, length and number is checked, and the order of frames too. Allocates
 * nothing per frame of output. Not thread-safe.
 */
public final class AgentDecoder {
    private enum State {
        EXPECTING_START,
        RUNNING,
        ENDED,
        BROKEN
    }

    private final AgentListener listener;
    private final ByteBuffer frame = ByteBuffer.allocate(AgentFrames.HEADER_BYTES + AgentFrames.MAX_PAYLOAD_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    private State state = State.EXPECTING_START;

    public AgentDecoder(AgentListener listener) {
        this.listener = listener;
    }

    /**
     * Takes all of the bytes, up to their limit.
     *
     * @throws AgentProtocolException if the guest broke the protocol; from then on, every call throws it
     */
    public void accept(ByteBuffer bytes) throws AgentProtocolException {
        if (state == State.BROKEN) {
            throw new AgentProtocolException("the agent's channel has broken down before");
        }
        State before = state;
        state = State.BROKEN;
        State after = before;
        while (bytes.hasRemaining()) {
            if (after == State.ENDED) {
                throw new AgentProtocolException("the agent goes on after its last frame");
            }
            take(bytes, missing());
            if (missing() == 0) {
                after = dispatch(after);
                frame.clear();
            }
        }
        state = after;
    }

    /** {@return whether the agent has said its last word: {@code exited}, {@code execFailed} or {@code failed}} */
    public boolean hasEnded() {
        return state == State.ENDED;
    }

    private int missing() throws AgentProtocolException {
        int have = frame.position();
        if (have < AgentFrames.HEADER_BYTES) {
            return AgentFrames.HEADER_BYTES - have;
        }
        int length = Short.toUnsignedInt(frame.getShort(1));
        if (length > AgentFrames.MAX_PAYLOAD_BYTES) {
            throw broken("of " + length + " bytes is too long");
        }
        return AgentFrames.HEADER_BYTES + length - have;
    }

    private void take(ByteBuffer bytes, int wanted) {
        int count = Math.min(wanted, bytes.remaining());
        frame.put(frame.position(), bytes, bytes.position(), count);
        frame.position(frame.position() + count);
        bytes.position(bytes.position() + count);
    }

    private State dispatch(State current) throws AgentProtocolException {
        frame.flip();
        int type = Byte.toUnsignedInt(frame.get());
        frame.position(AgentFrames.HEADER_BYTES);
        boolean opening = type == AgentFrames.STARTED || type == AgentFrames.EXEC_FAILED;
        if (type != AgentFrames.FAILED && opening != (current == State.EXPECTING_START)) {
            throw broken(opening ? "comes after the command has started" : "comes before the command has started");
        }
        switch (type) {
            case AgentFrames.STARTED -> {
                expectLength(6);
                int version = Short.toUnsignedInt(frame.getShort());
                if (version != AgentFrames.PROTOCOL_VERSION) {
                    throw broken("names version " + version + " of the protocol");
                }
                listener.started(credit());
                return State.RUNNING;
            }
            case AgentFrames.STDOUT -> listener.stdout(frame);
            case AgentFrames.STDERR -> listener.stderr(frame);
            case AgentFrames.STDIN_CREDIT -> {
                expectLength(4);
                listener.stdinCredit(credit());
            }
            case AgentFrames.EXITED -> {
                expectLength(4);
                int status = frame.getInt();
                if ((status & ~0xff) != 0) {
                    throw broken("names status " + Integer.toUnsignedString(status));
                }
                listener.exited(status);
                return State.ENDED;
            }
            case AgentFrames.EXEC_FAILED -> {
                if (frame.remaining() < 4) {
                    expectLength(4);
                }
                listener.execFailed(frame.getInt(), text());
                return State.ENDED;
            }
            case AgentFrames.FAILED -> {
                listener.failed(text());
                return State.ENDED;
            }
            default -> throw broken("is of no known type");
        }
        return State.RUNNING;
    }

    private int credit() throws AgentProtocolException {
        int bytes = frame.getInt();
        if (bytes < 0) {
            throw broken("grants " + Integer.toUnsignedString(bytes) + " bytes");
        }
        return bytes;
    }

    private void expectLength(int bytes) throws AgentProtocolException {
        if (frame.remaining() != bytes) {
            throw broken("has " + frame.remaining() + " bytes for " + bytes);
        }
    }

    /* The text ends up on the user's terminal: nothing in it may steer that. */
    private String text() {
        char[] text = StandardCharsets.UTF_8.decode(frame).toString().toCharArray();
        for (int i = 0; i < text.length; i++) {
            if (Character.isISOControl(text[i])) {
                text[i] = '?';
            }
        }
        return new String(text);
    }

    private AgentProtocolException broken(String what) {
        return new AgentProtocolException(
                "the agent's frame of type 0x" + Integer.toHexString(Byte.toUnsignedInt(frame.get(0))) + " " + what);
    }
}
