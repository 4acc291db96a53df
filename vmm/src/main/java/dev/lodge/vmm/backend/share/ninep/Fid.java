package dev.lodge.vmm.backend.share.ninep;

import org.jspecify.annotations.Nullable;

/**
 * What a client calls a file by. Not open, its file is held with {@code O_PATH}; open, by the opening itself. Or it stands for
 * the value of an extended attribute.
 */
final class Fid {

    /** Who the client says uses it; {@link Ownership#NOBODY} if it does not say. */
    final int user;

    /** Its file; or that of the attribute. */
    Handle file;

    /** Whether the client has opened it. */
    boolean open;

    /** Of a directory, where its opening will read on. */
    long place;

    @Nullable
    Attribute attribute;

    Fid(int user, Handle file) {
        this.user = user;
        this.file = file;
    }

    int fd() {
        return file.fd();
    }

    /** Whether it stands for a file, not for an attribute. */
    boolean isFile() {
        return attribute == null;
    }
}
