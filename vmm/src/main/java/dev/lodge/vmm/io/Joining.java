package dev.lodge.vmm.io;

/** Waits for the ends of threads. */
public final class Joining {

    private Joining() {}

    /**
     * Waits for a thread, which must have been told to end, however often the caller is interrupted; that the caller was, it
     * sees afterwards. Not on that thread.
     */
    public static void uninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
