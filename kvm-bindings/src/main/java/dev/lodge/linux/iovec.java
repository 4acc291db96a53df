package dev.lodge.linux;

/** {@code struct iovec} ({@code sys/uio.h}). */
@SuppressWarnings("IdentifierName")
final class iovec {
    static final long SIZEOF = 16;

    static final long iov_base$offset = 0;
    static final long iov_len$offset = 8;

    private iovec() {}
}
