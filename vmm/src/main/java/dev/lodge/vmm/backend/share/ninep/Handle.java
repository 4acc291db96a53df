package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.FileCalls;

/** An open file that fids share: a walk of no steps costs none. */
final class Handle {
    private final int fd;
    private int users = 1;

    Handle(int fd) {
        this.fd = fd;
    }

    int fd() {
        return fd;
    }

    /** Another user. */
    Handle share() {
        users++;
        return this;
    }

    /** One user less; the last one closes it. */
    void release(FileCalls files) {
        if (--users == 0) {
            var _ = files.close(fd);
        }
    }
}
