package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.Shutdown;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a guest that attacks beside a {@link Bystander}, and holds it to what every attack is held to: the other domain is
 * unharmed, nothing is left of the one that attacked, the heap has not grown for it, and what ended it is told in one
 * line and no bug of ours.
 */
final class Attack {
    private static final long HEAP_LIMIT = 16L << 20;

    private Attack() {}

    /** The guest to its end. */
    static BareMetal run(String guest, String commandLine, int vcpus) throws Exception {
        return run(guest, commandLine, vcpus, null);
    }

    /** As {@link #run(String, String, int)}, but destroys the guest after so long, as a user's time limit does. */
    static BareMetal run(String guest, String commandLine, int vcpus, @Nullable Duration limit) throws Exception {
        TextConsole console = new TextConsole();
        return run(BareMetal.domain(guest, commandLine, console).vcpus(vcpus), console, limit);
    }

    static BareMetal run(DomainBuilder attacker, TextConsole console, @Nullable Duration limit) throws Exception {
        try (Bystander bystander = new Bystander()) {
            bystander.assertUnharmed();
            long heapBefore = usedHeap();
            Holdings before = Holdings.now();
            BareMetal result = run(attacker, console, limit, bystander, heapBefore);
            assertEquals(before, Holdings.now(), "what the attacker left behind");
            bystander.assertUnharmed();
            return result;
        }
    }

    private static BareMetal run(
            DomainBuilder attacker, TextConsole console, @Nullable Duration limit, Bystander bystander, long heapBefore)
            throws InterruptedException {
        try (Domain domain = TimeLimit.watch(attacker.start())) {
            bystander.assertUnharmed(); // also while it attacks
            Shutdown end = limit == null ? domain.await() : domain.await(limit);
            if (end == null) {
                domain.destroy();
                end = domain.await();
            }
            long grown = usedHeap() - heapBefore;
            assertTrue(grown < HEAP_LIMIT, "the heap has grown by " + grown + " bytes");
            assertNotEquals(Shutdown.Reason.FAILED, end.reason(), end.detail());
            assertFalse(end.detail().contains("\n"), end.detail());
            return new BareMetal(console.text(), end, domain.statistics());
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Whether a guest says that it got through all that it tries. */
    static void assertSurvived(BareMetal guest) {
        assertTrue(guest.output().endsWith("survived\n"), () -> guest.shutdown() + "\n" + guest.output());
        assertEquals(Shutdown.Reason.POWEROFF, guest.shutdown().reason());
    }
}
