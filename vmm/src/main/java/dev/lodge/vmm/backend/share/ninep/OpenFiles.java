package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.ProcessLimits;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many files clients have open, all those together that share one of these, and how many they may have. So no guest takes
 * the files that disks, other guests and this process itself need. Any thread.
 */
public final class OpenFiles {

    /** Those of all clients of this process: half of what it may have open, which a JVM raises to all that it may ask for. */
    static final OpenFiles OF_THIS_PROCESS =
            new OpenFiles((int) Math.min(ProcessLimits.openFiles() / 2, Integer.MAX_VALUE / 2));

    private final int most;
    private final AtomicInteger count = new AtomicInteger();

    OpenFiles(int most) {
        this.most = most;
    }

    /** Whether there may be another; clients who ask at the same time may all be told so. */
    boolean mayBeMore() {
        return count.get() < most;
    }

    void opened() {
        var _ = count.incrementAndGet();
    }

    void closed() {
        var _ = count.decrementAndGet();
    }

    int count() {
        return count.get();
    }
}
