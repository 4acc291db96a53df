package dev.lodge.linux;

/** {@code struct io_uring_sqe} ({@code linux/io_uring.h}): one thing to do. */
@SuppressWarnings("IdentifierName")
final class io_uring_sqe {
    static final long SIZEOF = 64;

    static final long opcode$offset = 0;
    static final long fd$offset = 4;
    static final long off$offset = 8;
    static final long addr$offset = 16;
    static final long len$offset = 24;
    static final long rw_flags$offset = 28;
    static final long user_data$offset = 32;
    static final long buf_index$offset = 40;

    private io_uring_sqe() {}
}
