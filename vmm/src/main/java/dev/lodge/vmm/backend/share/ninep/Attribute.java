package dev.lodge.vmm.backend.share.ninep;

/** The value of an extended attribute that a client reads, or writes and then sets by its clunk. */
final class Attribute {

    /** Bytes in the longest value or list there can be ({@code XATTR_SIZE_MAX} of {@code linux/limits.h}). */
    static final int MOST_BYTES = 65536;

    final byte[] name;
    final byte[] value;
    final boolean writing;
    final int flags;

    private Attribute(byte[] name, byte[] value, boolean writing, int flags) {
        this.name = name;
        this.value = value;
        this.writing = writing;
        this.flags = flags;
    }

    /** One that was read. */
    static Attribute read(byte[] value) {
        return new Attribute(new byte[0], value, false, 0);
    }

    /** One to be written. */
    static Attribute toWrite(byte[] name, int size, int flags) {
        return new Attribute(name, new byte[size], true, flags);
    }
}
