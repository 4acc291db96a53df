package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.FileCalls;

/** An open file that fids share: a walk of no steps costs none. */
final class Handle {
    private final int fd;
    private final long device;
    private final boolean sealed;
    private final OpenFiles among;
    private int users = 1;

    private Handle(int fd, long device, boolean sealed, OpenFiles among) {
        this.fd = fd;
        this.device = device;
        this.sealed = sealed;
        this.among = among;
        among.opened();
    }

    /** A file on some device. */
    static Handle of(int fd, long device, OpenFiles among) {
        return new Handle(fd, device, false, among);
    }

    /** A file of the host's kernel, which may be seen and no more. */
    static Handle sealed(int fd, long device, OpenFiles among) {
        return new Handle(fd, device, true, among);
    }

    long device() {
        return device;
    }

    /** Whether there is nothing in it for a client: {@link KernelFileSystems}. */
    boolean isSealed() {
        return sealed;
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
            among.closed();
        }
    }
}
