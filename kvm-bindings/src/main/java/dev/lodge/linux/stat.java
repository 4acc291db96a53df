package dev.lodge.linux;

/** {@code struct stat} of x86-64 ({@code asm/stat.h}): the one field that is read. */
@SuppressWarnings("IdentifierName")
final class stat {
    static final long SIZEOF = 144;

    static final long st_size$offset = 48;

    private stat() {}
}
