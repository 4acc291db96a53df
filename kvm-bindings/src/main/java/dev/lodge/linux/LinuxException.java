package dev.lodge.linux;

import java.util.Objects;

/**
 * The kernel refused a call. The message names the call, the errno and, where something can be done, the remedy:
 * {@code open /dev/kvm: EACCES (permission denied): add yourself to group kvm ...}.
 */
public class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;

    /**
     * A refusal with the errno's general remedy.
     *
     * @param call the call and what it was about, such as {@code open /etc/shadow}
     * @param errno one of {@link Errno}, positive
     */
    public LinuxException(String call, int errno) {
        this(call, errno, remedy(errno));
    }

    /**
     * A refusal with a remedy of its own.
     *
     * @param call the call and what it was about
     * @param errno one of {@link Errno}, positive
     * @param remedy what to do about it; empty when nothing is known
     */
    public LinuxException(String call, int errno, String remedy) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")"
                + (remedy.isEmpty() ? "" : ": " + remedy));
        this.call = call;
        this.errno = errno;
    }

    /** Passes a result of {@link Syscall} through, or throws when it is a negated errno. */
    static long check(long result, String call) {
        if (result < 0) {
            throw new LinuxException(call, (int) -result);
        }
        return result;
    }

    /** The call, the errno and the remedy, in one line; never null. */
    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The call, and what it was about. */
    public final String call() {
        return call;
    }

    /** The errno, positive: one of {@link Errno}. */
    public final int errno() {
        return errno;
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.EMFILE -> "raise the limit of open files of this process (ulimit -n)";
            case Errno.ENFILE -> "raise the limit of open files of this host (sysctl fs.file-max)";
            case Errno.ENOMEM -> "free memory on this host, or ask for less";
            case Errno.ENOSPC -> "free space on the file system";
            case Errno.EROFS -> "choose a place that is not on a read-only file system";
            case Errno.EACCES, Errno.EPERM -> "check the owner and the mode of the file, and the user who runs this";
            case Errno.ENOENT -> "check the path";
            default -> "";
        };
    }
}
