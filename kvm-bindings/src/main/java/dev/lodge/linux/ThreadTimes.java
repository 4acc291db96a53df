package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How long a thread has run, and how long it was ready to run but had no CPU: {@code /proc/thread-self/schedstat}
 * ({@code Documentation/scheduler/sched-stats.rst}). A kernel without that file tells the first only.
 *
 * <p>Any thread may read the times of the one that this was made by; one at a time. Reading allocates nothing.
 */
public final class ThreadTimes implements AutoCloseable {

    private static final int LONGEST_LINE = 64;
    private static final int CPU_CLOCK_OF_THREAD = 6; // CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED

    private final @Nullable FileDescriptor file;
    private final int clock;
    private final MemorySegment line = Arena.ofAuto().allocate(LONGEST_LINE);
    private long running;
    private long waiting;

    private ThreadTimes(@Nullable FileDescriptor file, int clock) {
        this.file = file;
        this.clock = clock;
    }

    /** The times of the calling thread, a platform thread. */
    public static ThreadTimes ofCurrentThread() {
        String path = "/proc/thread-self/schedstat";
        long fd = FileDescriptor.tryOpen(path, OpenFlag.O_RDONLY, 0);
        return new ThreadTimes(
                fd < 0 ? null : FileDescriptor.owned(path, (int) fd), ~Signals.gettid() << 3 | CPU_CLOCK_OF_THREAD);
    }

    /** Has the methods below tell how it is now. Nothing changes once the thread has ended. */
    public void read() {
        if (file == null) {
            running = Math.max(running, Clock.nanos(clock));
            return;
        }
        long length;
        try {
            length = file.pread(line, 0);
        } catch (LinuxException ended) { // ESRCH
            return;
        }
        int at = number(0, length);
        running = parsed;
        var _ = number(at, length);
        waiting = parsed;
    }

    private long parsed;

    /** Leaves the number that begins at {@code from} in {@link #parsed}, and returns where the next begins. */
    private int number(int from, long length) {
        long value = 0;
        int at = from;
        while (at < length) {
            byte digit = line.get(JAVA_BYTE, at++);
            if (digit < '0' || digit > '9') {
                break;
            }
            value = value * 10 + (digit - '0');
        }
        parsed = value;
        return at;
    }

    /** Nanoseconds on a CPU, when last read. */
    public long runningNanos() {
        return running;
    }

    /** Nanoseconds ready to run, without a CPU, when last read. */
    public long waitingNanos() {
        return waiting;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
