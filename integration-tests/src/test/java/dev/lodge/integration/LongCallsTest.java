package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Shutdown;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsKvm
@DisplayName("A guest in a hypercall of 2^31-1 elements")
class LongCallsTest {

    @ParameterizedTest(name = "is paused between two of them, resumed, looked at and destroyed: {0}")
    @ValueSource(strings = {"multicall", "copy", "unmap"})
    void pause(String what) throws Exception {
        TextConsole console = new TextConsole();
        try (Domain domain =
                TimeLimit.watch(BareMetal.domain("endless", what, console).start())) {
            console.await("within");
            pauseWithin(domain);
            assertTrue(domain.isPaused());

            domain.resume();
            String registers = domain.registers().getFirst().text();
            assertTrue(registers.contains("cs:rip 0008:000000000010"), registers);
            pauseWithin(domain);
            assertNull(domain.shutdown());

            domain.destroy();
            assertEquals(Shutdown.Reason.DESTROYED, domain.await().reason());
            assertFalse(console.text().contains("done"), "it had time to end");
        }
    }

    @ParameterizedTest(name = "goes on with it after a pause, and is destroyed in the midst of it: {0}")
    @ValueSource(strings = "multicall")
    void resume(String what) throws Exception {
        TextConsole console = new TextConsole();
        try (Domain domain =
                TimeLimit.watch(BareMetal.domain("endless", what, console).start())) {
            console.await("within");
            pauseWithin(domain);
            String before = console.text();
            domain.resume();
            console.await(before + "within");
            domain.destroy();
            assertEquals(Shutdown.Reason.DESTROYED, domain.await().reason());
            assertEquals(1L, domain.statistics().counts().hypercalls().get("multicall"));
        }
    }

    /** The guest says so just before the hypercall, and what it says is passed on by another thread: it may take a second try. */
    private static void pauseWithin(Domain domain) throws InterruptedException {
        domain.pause();
        while (!standsWithin(domain)) {
            domain.resume();
            domain.pause();
        }
    }

    /**
     * Whether the vCPU's thread stands at the pause gate, called from a hypercall: it waits there, or is about to wait on, which
     * it does if it was let go and held again before it could leave.
     */
    private static boolean standsWithin(Domain domain) {
        Map.Entry<Thread, StackTraceElement[]> vcpu = vcpu(domain);
        assertNotNull(vcpu, "its vCPU's thread has ended");
        assertNotEquals(Thread.State.RUNNABLE, vcpu.getKey().getState());
        return Arrays.stream(vcpu.getValue())
                .anyMatch(frame -> frame.getClassName().endsWith(".HypercallTable"));
    }

    private static Map.@Nullable Entry<Thread, StackTraceElement[]> vcpu(Domain domain) {
        String name = "d" + domain.id() + "v0";
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            if (thread.getKey().getName().equals(name)) {
                return thread;
            }
        }
        return null;
    }
}
