package dev.lodge.linux;

/** {@code struct io_uring_params} ({@code linux/io_uring.h}): what is asked for, and where in the rings things are. */
@SuppressWarnings("IdentifierName")
final class io_uring_params {
    static final long SIZEOF = 120;

    static final long sq_entries$offset = 0;
    static final long cq_entries$offset = 4;
    static final long features$offset = 20;
    static final long sq_off$head$offset = 40;
    static final long sq_off$tail$offset = 44;
    static final long sq_off$ring_mask$offset = 48;
    static final long sq_off$array$offset = 64;
    static final long cq_off$head$offset = 80;
    static final long cq_off$tail$offset = 84;
    static final long cq_off$ring_mask$offset = 88;
    static final long cq_off$cqes$offset = 100;

    private io_uring_params() {}
}
