package dev.lodge.linux;

/** {@code struct io_uring_cqe} ({@code linux/io_uring.h}): how one thing ended. */
@SuppressWarnings("IdentifierName")
final class io_uring_cqe {
    static final long SIZEOF = 16;

    static final long user_data$offset = 0;
    static final long res$offset = 8;

    private io_uring_cqe() {}
}
