package dev.lodge.integration;

import dev.lodge.vmm.Domain;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Ends a test that takes too long: says what its domains and threads are at, then destroys the domains and kills the
 * programs that it has started, so that the test goes on and fails. An hour's suite with a hang would otherwise say
 * nothing.
 */
final class TimeLimit implements BeforeEachCallback, AfterEachCallback {
    private static final long SECONDS = Long.getLong("lodge.test.seconds", 300);
    private static final int FRAMES = 16;
    private static final Set<Domain> DOMAINS = ConcurrentHashMap.newKeySet();
    private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TimeLimit.class);

    /** Has a domain destroyed when its test's time is up. */
    static Domain watch(Domain domain) {
        DOMAINS.add(domain);
        return domain;
    }

    /** Has a process killed when its test's time is up. */
    static Process watch(Process process) {
        PROCESSES.add(process);
        return process;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        CountDownLatch over = new CountDownLatch(1);
        context.getStore(NAMESPACE).put("over", over);
        String test = context.getRequiredTestClass().getSimpleName() + ": " + context.getDisplayName();
        Thread thread = new Thread(() -> keepTime(test, over), "time-limit");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getStore(NAMESPACE).get("over", CountDownLatch.class).countDown();
        DOMAINS.clear();
        PROCESSES.clear();
    }

    private static void keepTime(String test, CountDownLatch over) {
        try {
            if (over.await(SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            return;
        }
        System.err.println("TIME LIMIT: " + test + " still runs after " + SECONDS + " s");
        for (Domain domain : DOMAINS) {
            System.err.println("  " + domain.name() + ": " + domain.shutdown() + ", " + domain.statistics());
            printRegisters(domain);
        }
        Thread.getAllStackTraces().forEach(TimeLimit::print);
        DOMAINS.forEach(Domain::destroy);
        PROCESSES.forEach(TimeLimit::dumpAndKill);
    }

    private static void printRegisters(Domain domain) {
        try {
            domain.registers().forEach(registers -> System.err.println(registers.text()));
        } catch (InterruptedException | RuntimeException e) {
            System.err.println("  no registers: " + e);
        }
    }

    private static void print(Thread thread, StackTraceElement[] stack) {
        ThreadGroup group = thread.getThreadGroup();
        boolean ofTheJvm = group == null || !group.getName().equals("main") || thread == Thread.currentThread();
        if (ofTheJvm || stack.length == 0) {
            return;
        }
        System.err.println("  " + thread.getName());
        for (int i = 0; i < Math.min(stack.length, FRAMES); i++) {
            System.err.println("      at " + stack[i]);
        }
    }

    /** A JVM answers SIGQUIT with its threads' stacks on its standard output, which the test shows. */
    private static void dumpAndKill(Process process) {
        if (process.isAlive()) {
            LodgeProgram.signal(process, "QUIT");
            try {
                TimeUnit.SECONDS.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
