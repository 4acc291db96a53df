package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Signals to one thread, without a handler: blocked, sent by {@code tgkill}, taken by {@code rt_sigtimedwait}. Masks have
 * the kernel's form, 64 bits with signal <i>n</i> at bit <i>n</i>-1, and belong to the calling platform thread; a virtual
 * thread must not call these, since it changes the mask of whatever carries it.
 */
public final class Signals {
    /**
     * The signal that takes a vCPU thread out of {@code KVM_RUN}. libc keeps 32 and 33 for itself and HotSpot uses
     * {@code SIGRTMAX-2}; this one, {@code SIGRTMIN+6} of libc's counting, nobody uses.
     */
    public static final int KICK = 40;

    static final int SIG_BLOCK = 0;
    static final int SIG_UNBLOCK = 1;
    static final int SIG_SETMASK = 2;

    private static final long SET_SIZE = Long.BYTES;
    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;

    private Signals() {}

    /** The bit of a signal in a mask. */
    public static long bit(int signal) {
        if (signal < 1 || signal > 64) {
            throw new IllegalArgumentException("signal " + signal);
        }
        return 1L << (signal - 1);
    }

    /** Blocks signals in the calling thread. Returns the mask before. */
    public static long block(long mask) {
        return changeMask(SIG_BLOCK, mask);
    }

    /** Unblocks signals in the calling thread. Returns the mask before. */
    public static long unblock(long mask) {
        return changeMask(SIG_UNBLOCK, mask);
    }

    /** The signals that the calling thread blocks. */
    public static long mask() {
        return changeMask(SIG_BLOCK, 0);
    }

    /**
     * Lets a signal that reaches a thread which does not block it do nothing, where it would end the process. Leaves a
     * handler that someone has installed alone. A blocked signal stays pending all the same.
     */
    public static void ignoreIfDefault(int signal) {
        Syscall syscall = Syscall.current();
        var action = syscall.zeroedScratch(2 * sigaction.SIZEOF);
        long old = syscall.scratchAddress() + sigaction.SIZEOF;
        LinuxException.check(
                syscall.call(SystemCallNumber.RT_SIGACTION, signal, 0, old, SET_SIZE, 0, 0), "rt_sigaction");
        if (action.get(JAVA_LONG, sigaction.SIZEOF + sigaction.sa_handler$offset) == SIG_DFL) {
            action.set(JAVA_LONG, sigaction.sa_handler$offset, SIG_IGN);
            LinuxException.check(
                    syscall.call(SystemCallNumber.RT_SIGACTION, signal, syscall.scratchAddress(), 0, SET_SIZE, 0, 0),
                    "rt_sigaction");
        }
    }

    /**
     * Takes one pending signal of a set that the calling thread blocks, without waiting.
     *
     * @return the signal, or 0 when none is pending
     */
    public static int take(long mask) {
        Syscall syscall = Syscall.current();
        var arguments = syscall.zeroedScratch(SET_SIZE + timespec.SIZEOF);
        arguments.set(JAVA_LONG, 0, mask);
        long result = syscall.call(
                SystemCallNumber.RT_SIGTIMEDWAIT,
                syscall.scratchAddress(),
                0,
                syscall.scratchAddress() + SET_SIZE,
                SET_SIZE,
                0,
                0);
        return result == -Errno.EAGAIN || result == -Errno.EINTR
                ? 0
                : (int) LinuxException.check(result, "rt_sigtimedwait");
    }

    /**
     * Sends a signal to one thread of this process.
     *
     * @param tid what {@link #gettid} returned in that thread
     * @return false when that thread has ended
     */
    public static boolean tgkill(int tid, int signal) {
        long result = Syscall.invoke(SystemCallNumber.TGKILL, ProcessId.THIS, tid, signal);
        if (result == -Errno.ESRCH) {
            return false;
        }
        LinuxException.check(result, "tgkill");
        return true;
    }

    /** The kernel's number of the calling platform thread. */
    public static int gettid() {
        return (int) Syscall.invoke(SystemCallNumber.GETTID, 0, 0, 0);
    }

    /** The kernel's number of this process. */
    public static int getpid() {
        return ProcessId.THIS;
    }

    private static long changeMask(int how, long mask) {
        Syscall syscall = Syscall.current();
        var sets = syscall.zeroedScratch(2 * SET_SIZE);
        sets.set(JAVA_LONG, 0, mask);
        LinuxException.check(
                syscall.call(
                        SystemCallNumber.RT_SIGPROCMASK,
                        how,
                        syscall.scratchAddress(),
                        syscall.scratchAddress() + SET_SIZE,
                        SET_SIZE,
                        0,
                        0),
                "rt_sigprocmask");
        return sets.get(JAVA_LONG, SET_SIZE);
    }

    private static final class ProcessId {
        static final int THIS = (int) Syscall.invoke(SystemCallNumber.GETPID, 0, 0, 0);
    }
}
