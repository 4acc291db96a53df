package dev.lodge.integration;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import java.nio.file.Path;

/**
 * What one exit to user space costs: {@code ExitCost GUEST REPEATS [FILE]}, for {@code tools/bench}. The guest, {@code
 * exits} or {@code hypercalls}, is run with a few and with many, after warm-ups; the difference of the times over that
 * of the counts is a line {@code ns-per-exit N}.
 */
public final class ExitCost {
    private static final int FEW = 20_000;
    private static final int MANY = 220_000;

    /** So that the compilers have done their work, whose start the image's options put off. */
    private static final int WARM_UPS = 5;

    private ExitCost() {}

    /** See above. */
    public static void main(String[] arguments) throws Exception {
        Path guest = arguments.length > 2 ? Path.of(arguments[2]) : TestGuests.path(arguments[0]);
        for (int i = 0; i < WARM_UPS; i++) {
            run(guest, MANY);
        }
        for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
            long cost = (run(guest, MANY) - run(guest, FEW)) / (MANY - FEW);
            System.out.println("ns-per-exit " + cost);
        }
    }

    /** Nanoseconds from the first instruction to the end. */
    private static long run(Path guest, int count) throws InterruptedException {
        try (Domain domain = Lodge.domain()
                .kernel(guest)
                .commandLine(Integer.toString(count))
                .memory(32 << 20)
                .start()) {
            Shutdown end = domain.await();
            if (end.reason() != Shutdown.Reason.POWEROFF) {
                throw new IllegalStateException("the guest ended by " + end);
            }
            return at(domain.statistics(), "ended") - at(domain.statistics(), "first instruction");
        }
    }

    private static long at(Statistics statistics, String name) {
        for (Statistics.Event event : statistics.timeline()) {
            if (event.name().equals(name)) {
                return event.nanoTime();
            }
        }
        throw new IllegalStateException("the timeline has no " + name);
    }
}
