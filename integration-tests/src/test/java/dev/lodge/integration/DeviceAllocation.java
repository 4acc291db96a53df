package dev.lodge.integration;

import com.sun.management.ThreadMXBean;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.Disk;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Network;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What Domain 0 allocates while a Linux guest is busy with a device: {@code DeviceAllocation kvm|patched KERNEL INITRD
 * COMMAND-LINE disk FILE | net TAP}, for {@code tools/bench}. Prints {@code allocated-disk BYTES} or {@code allocated-net BYTES}: the least
 * that all threads but this one allocated while the guest was sent {@value #WINDOW} events, in any such stretch of its run.
 */
public final class DeviceAllocation {
    private static final int WINDOW = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private DeviceAllocation() {}

    /** See above. */
    public static void main(String[] arguments) throws Exception {
        DomainBuilder builder = Lodge.domain()
                .kernel(Path.of(arguments[1]))
                .initrd(Path.of(arguments[2]))
                .commandLine(arguments[3])
                .hypercalls(arguments[0].equals("kvm") ? HypercallPath.KVM : HypercallPath.PATCHED)
                .console(Console.DISCARD);
        try (Domain domain = with(builder, arguments[4], arguments[5]).start()) {
            System.out.println("allocated-" + arguments[4] + " " + leastOfWindows(domain));
        }
    }

    private static DomainBuilder with(DomainBuilder builder, String device, String behind) {
        return switch (device) {
            case "disk" -> builder.disk(Disk.image(Path.of(behind)));
            case "net" -> builder.network(Network.tap(behind));
            default -> throw new IllegalArgumentException("no device " + device);
        };
    }

    private static long leastOfWindows(Domain domain) throws InterruptedException {
        long least = Long.MAX_VALUE;
        while (true) {
            long first = received(domain);
            long before = allocatedByOthers();
            while (received(domain) < first + WINDOW) {
                if (domain.shutdown() != null) {
                    return least;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            least = Math.min(least, allocatedByOthers() - before);
        }
    }

    private static long received(Domain domain) {
        return domain.statistics().counts().eventsReceived();
    }

    private static long allocatedByOthers() {
        long[] all = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(all);
        long sum = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] != Thread.currentThread().threadId() && bytes[i] > 0) {
                sum += bytes[i];
            }
        }
        return sum;
    }
}
