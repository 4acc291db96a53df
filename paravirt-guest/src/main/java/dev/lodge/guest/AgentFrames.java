package dev.lodge.guest;

import java.util.Arrays;

/**
 * The frames of the command channel, between host and agent: one byte of type, two bytes of payload length
 * (little-endian), the payload. Described in {@code src/main/c/agent/channel.h}; here are the types, the limits and
 * what the host sends. {@link AgentDecoder} reads what the agent sends.
 *
 * <pre>
 *   0      1               3
 *   +------+---------------+------------------
 *   | type | payload length| payload ...
 *   +------+---------------+------------------
 * </pre>
 *
 * <p>The host sends nothing before the agent's STARTED, and no more STDIN bytes than it was granted.
 */
public final class AgentFrames {
    /** The version that the agent's STARTED must name. */
    public static final int PROTOCOL_VERSION = 1;

    public static final int HEADER_BYTES = 3;

    /** The longest payload of a frame, either way, in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 16384;

    static final int STDIN = 0x01;
    static final int STDIN_EOF = 0x02;
    static final int WINDOW_SIZE = 0x03;
    static final int SIGNAL = 0x04;

    static final int STARTED = 0x81;
    static final int STDOUT = 0x82;
    static final int STDERR = 0x83;
    static final int STDIN_CREDIT = 0x84;
    static final int EXITED = 0x85;
    static final int EXEC_FAILED = 0x86;
    static final int FAILED = 0x87;

    private AgentFrames() {}

    /**
     * Makes a STDIN frame in place.
     *
     * @param frame holds the data from {@link #HEADER_BYTES} on; the bytes before it are written
     * @param length of the data, 1 to {@link #MAX_PAYLOAD_BYTES}
     * @return the frame's length
     * @throws IllegalArgumentException if the length is out of range or the array too short
     */
    public static int putStdinHeader(byte[] frame, int length) {
        if (length < 1 || length > MAX_PAYLOAD_BYTES || length > frame.length - HEADER_BYTES) {
            throw new IllegalArgumentException(length + " bytes of standard input in one frame");
        }
        frame[0] = STDIN;
        putShort(frame, 1, length);
        return HEADER_BYTES + length;
    }

    /** {@return a STDIN frame with a copy of the data} */
    public static byte[] stdin(byte[] data, int offset, int length) {
        byte[] frame = new byte[HEADER_BYTES + Math.max(0, length)];
        putStdinHeader(frame, length);
        System.arraycopy(data, offset, frame, HEADER_BYTES, length);
        return frame;
    }

    /** {@return a frame that ends standard input; a command with a terminal is sent Ctrl-D} */
    public static byte[] stdinEof() {
        return frame(STDIN_EOF, 0);
    }

    /** {@return a frame that resizes the command's terminal; without effect where it has none} */
    public static byte[] windowSize(TerminalSize size) {
        byte[] frame = frame(WINDOW_SIZE, 4);
        putShort(frame, HEADER_BYTES, size.rows());
        putShort(frame, HEADER_BYTES + 2, size.columns());
        return frame;
    }

    /**
     * {@return a frame that sends a signal}
     *
     * @param number of the signal for the command's process group, 1 to 64
     * @throws IllegalArgumentException if there is no such signal
     */
    public static byte[] signal(int number) {
        if (number < 1 || number > 64) {
            throw new IllegalArgumentException("signal " + number);
        }
        byte[] frame = frame(SIGNAL, 1);
        frame[HEADER_BYTES] = (byte) number;
        return frame;
    }

    private static byte[] frame(int type, int length) {
        byte[] frame = Arrays.copyOf(new byte[] {(byte) type}, HEADER_BYTES + length);
        putShort(frame, 1, length);
        return frame;
    }

    private static void putShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }
}
