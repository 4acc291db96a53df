package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Lodge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A second, well-behaved domain ({@code steady}) beside one that attacks: asked over its console how it is, it tries all
 * that it has of the monitor and answers.
 */
final class Bystander implements AutoCloseable {
    private static final long MEMORY = 33L << 20; // not what Holdings looks for
    private static final long PATIENCE_MILLIS = 120_000;

    private final Talk talk = new Talk();
    private final Domain domain;
    private int questions;

    /** Starts it, and waits until it is ready. */
    Bystander() throws IOException, InterruptedException {
        domain = TimeLimit.watch(Lodge.domain()
                .name("steady")
                .kernel(TestGuests.path("steady"))
                .memory(MEMORY)
                .console(talk)
                .start());
        talk.await("ready\n");
    }

    /** Asks how it is, and waits for the answer. */
    void assertUnharmed() throws InterruptedException {
        String question = "question-" + ++questions;
        talk.say(question + "\n");
        talk.await(" " + question + "\n");
        assertTrue(talk.heard().contains("well " + question + "\n"), talk.heard());
        assertTrue(domain.shutdown() == null, () -> "the bystander ended: " + domain.shutdown());
    }

    /** Where it is. */
    String registers() throws InterruptedException {
        return domain.registers().getFirst().text();
    }

    @Override
    public void close() {
        domain.close();
    }

    private static final class Talk implements Console {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final ByteArrayOutputStream unsaid = new ByteArrayOutputStream();
        private @Nullable ConsolePort port;

        @Override
        public synchronized void attached(ConsolePort console) {
            port = console;
        }

        @Override
        public synchronized int output(MemorySegment bytes) {
            heard.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
            notifyAll();
            return (int) bytes.byteSize();
        }

        @Override
        public synchronized int input(MemorySegment room) {
            byte[] bytes = unsaid.toByteArray();
            int count = (int) Math.min(bytes.length, room.byteSize());
            MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, count);
            unsaid.reset();
            unsaid.write(bytes, count, bytes.length - count);
            return count;
        }

        synchronized void say(String text) {
            unsaid.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            if (port != null) {
                port.resume();
            }
        }

        synchronized String heard() {
            return heard.toString(StandardCharsets.ISO_8859_1);
        }

        synchronized void await(String expected) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
            while (!heard().contains(expected)) {
                assertTrue(System.nanoTime() < deadline, "the bystander said only: " + heard());
                wait(1000);
            }
        }
    }
}
