package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.ProcessLimits;

/**
 * What a client may have at most.
 *
 * @param messageSize bytes in a message, at least {@link #LEAST_MESSAGE}
 * @param fids files that it may know at a time, each of which is an open file of this process
 * @param attributeBytes of extended attributes that it reads or writes at a time
 * @param locks ranges that it may have locked at a time
 * @param files those that it and others have open together
 */
public record Limits(int messageSize, int fids, int attributeBytes, int locks, OpenFiles files) {

    /** The smallest message that a client may ask for, as Linux's own limit is. */
    public static final int LEAST_MESSAGE = 4096;

    /** Bytes before the data of an {@code Rread}: size, type, tag, count. */
    static final int READ_HEADER = 11;

    static final int HEADER = 7;
    static final int MOST_NAMES = 16;
    static final int NAME = 255;
    static final int PATH = 4095;

    private static final int MOST_FIDS = 1 << 18;
    private static final int ATTRIBUTE_BYTES = 1 << 20;
    private static final int LOCKS = 4096;

    public Limits {
        if (messageSize < LEAST_MESSAGE) {
            throw new IllegalArgumentException("messages of " + messageSize + " bytes");
        }
    }

    /** The usual ones; a quarter of the files that this process may have open. */
    public static Limits withMessagesOf(int bytes) {
        long files = ProcessLimits.openFiles() / 4;
        return new Limits(bytes, (int) Math.min(files, MOST_FIDS), ATTRIBUTE_BYTES, LOCKS, OpenFiles.OF_THIS_PROCESS);
    }
}
