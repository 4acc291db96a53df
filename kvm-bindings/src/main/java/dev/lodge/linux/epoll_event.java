package dev.lodge.linux;

/** {@code struct epoll_event} ({@code linux/eventpoll.h}): packed on x86-64, so {@code data} is not aligned. */
@SuppressWarnings("IdentifierName")
final class epoll_event {
    static final long SIZEOF = 12;

    static final long events$offset = 0;
    static final long data$offset = 4;

    private epoll_event() {}
}
