package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** What this process and its threads are and may. */
public final class ProcessLimits {
    private ProcessLimits() {}

    /** How many files it may have open. */
    public static long openFiles() {
        Syscall syscall = Syscall.current();
        LinuxException.check(
                syscall.call(
                        SystemCallNumber.PRLIMIT64, 0, FileConstant.RLIMIT_NOFILE, 0, syscall.scratchAddress(), 0, 0),
                "prlimit");
        long limit = syscall.scratch().get(JAVA_LONG, rlimit.rlim_cur$offset);
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    /** Who it acts for. */
    public static int effectiveUser() {
        return (int) Syscall.invoke(SystemCallNumber.GETEUID, 0, 0, 0);
    }

    /** The group it acts for. */
    public static int effectiveGroup() {
        return (int) Syscall.invoke(SystemCallNumber.GETEGID, 0, 0, 0);
    }

    /**
     * Gives the calling thread a mask of permission bits of its own, which masks none: what it creates from now on has the mode
     * that it asks for. It has a working directory of its own then, too. Not on a thread that others use as well.
     *
     * @throws LinuxException when the kernel refuses
     */
    public static void unmaskThisThread() {
        LinuxException.check(Syscall.invoke(SystemCallNumber.UNSHARE, FileConstant.CLONE_FS, 0, 0), "unshare CLONE_FS");
        var _ = Syscall.invoke(SystemCallNumber.UMASK, 0, 0, 0);
    }
}
