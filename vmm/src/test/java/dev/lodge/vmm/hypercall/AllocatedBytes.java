package dev.lodge.vmm.hypercall;

/** How much the JVM has allocated, by a bean of a module that the monitor itself does without. */
public final class AllocatedBytes {

    /** What is looked at. */
    public interface Round {
        void run() throws Exception;
    }

    private AllocatedBytes() {}

    /** Bytes that the calling thread allocates in so many rounds, after as many in which it warms up. */
    public static long inRounds(int rounds, Round round) throws Exception {
        for (int i = 0; i < rounds; i++) {
            round.run();
        }
        long before = ofThisThread();
        for (int i = 0; i < rounds; i++) {
            round.run();
        }
        return ofThisThread() - before;
    }

    /** Bytes that the calling thread has allocated so far. */
    public static long ofThisThread() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Object bytes = Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes")
                .invoke(bean);
        return ((Number) bytes).longValue();
    }
}
