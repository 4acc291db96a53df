package dev.lodge.scheduler;

/** How much the JVM has allocated, by a bean of a module that the monitor itself does without. */
final class AllocatedBytes {

    private AllocatedBytes() {}

    /** Bytes that the calling thread has allocated so far. */
    static long ofThisThread() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Object bytes = Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes")
                .invoke(bean);
        return ((Number) bytes).longValue();
    }
}
