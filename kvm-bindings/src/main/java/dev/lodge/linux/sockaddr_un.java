package dev.lodge.linux;

/** {@code struct sockaddr_un} ({@code linux/un.h}). */
@SuppressWarnings("IdentifierName")
final class sockaddr_un {
    static final long SIZEOF = 110;

    static final long sun_family$offset = 0;
    static final long sun_path$offset = 2;

    private sockaddr_un() {}
}
