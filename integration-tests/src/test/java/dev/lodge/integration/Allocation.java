package dev.lodge.integration;

import com.sun.management.ThreadMXBean;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.HypercallPath;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What a vCPU's thread allocates while its guest does one thing 50,000 times; for {@code tools/bench} and a test. */
public final class Allocation {
    private static final int WINDOW = 50_000;
    private static final int WINDOWS = 12;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Prints {@code allocated-GUEST BYTES}, or {@code allocated-GUEST-HOW BYTES}, for guests that do nothing else; and for grants. */
    public static void main(String[] arguments) throws Exception {
        for (String guest : new String[] {"exits", "hypercalls", "sends", "sends masked", "sends fifo"}) {
            System.out.println("allocated-" + guest.replace(' ', '-') + " " + bytes(guest));
        }
        GrantCost grants = new GrantCost();
        System.out.println("allocated-grant-map " + bytes(grants::map));
        System.out.println("allocated-grant-copy " + bytes(grants::copy));
    }

    private static long bytes(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < GrantCost.ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes(); // which allocates nothing by itself
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /**
     * Bytes allocated while so many exits were served, when the compiler has done its work: until then each downcall
     * that keeps errno allocates a slice of its state, in the JDK. The least of several windows.
     *
     * @param guest its name, and after a space how it is to do it, if it can do it in several ways
     */
    static long bytes(String guest) throws Exception {
        TextConsole console = new TextConsole();
        String count = Integer.toString((WINDOWS + 1) * 2 * WINDOW);
        String[] words = guest.split(" ", 2);
        String commandLine = words.length > 1 ? count + " " + words[1] : count;
        try (Domain domain = TimeLimit.watch(BareMetal.domain(words[0], commandLine, console)
                .hypercalls(
                        words[0].equals("sends") ? HypercallPath.PATCHED : HypercallPath.ANY) // KVM's own make no exits
                .start())) {
            Thread vcpu = vcpuThread("d" + domain.id().value() + "v0");
            long least = Long.MAX_VALUE;
            for (int window = 0; window < WINDOWS && least > 0; window++) {
                long first = domain.statistics().counts().totalExits();
                long before = allocated(vcpu);
                awaitExits(domain, first + WINDOW);
                long after = allocated(vcpu);
                if (domain.shutdown() != null) {
                    throw new IllegalStateException("the guest ended too soon: " + domain.shutdown());
                }
                least = Math.min(least, after - before);
            }
            return least;
        }
    }

    private static long allocated(Thread thread) {
        return THREADS.getThreadAllocatedBytes(thread.threadId());
    }

    private static void awaitExits(Domain domain, long count) throws InterruptedException {
        while (domain.statistics().counts().totalExits() < count && domain.shutdown() == null) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static Thread vcpuThread(String name) {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(name)) {
                return thread;
            }
        }
        throw new IllegalStateException("there is no thread " + name);
    }
}
