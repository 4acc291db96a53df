package dev.lodge.vmm.hypercall;

/** How much the JVM has allocated, by a bean of a module that the monitor itself does without. */
public final class AllocatedBytes {

    private AllocatedBytes() {}

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
