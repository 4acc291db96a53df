package dev.lodge.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What must hold whatever the input is. */
public final class Claim {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Claim() {}

    /** Something that an attacker's bytes are given to. */
    @FunctionalInterface
    public interface Attack {
        /** May throw what the code under attack documents, if the claim's caller catches it. */
        void run();
    }

    /** Requires that something holds; throws an {@link AssertionError} otherwise. */
    public static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /**
     * Runs an attack, and requires that it did not allocate more bytes of heap than it may. One that does is run again, and
     * once more: where classes are loaded, and given Jazzer's instruments, this thread allocates for that, too.
     *
     * @param attack does the same each time
     */
    public static void allocatesAtMost(long bytes, Attack attack) {
        long allocated = 0;
        for (int run = 0; run < 3; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            attack.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated <= bytes) {
                return;
            }
        }
        throw new AssertionError("it allocated " + allocated + " bytes, more than " + bytes);
    }
}
