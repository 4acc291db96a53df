package dev.lodge.vmm.backend.console.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogTest {
    private static final int SIZE = Backlog.SIZE;

    private final Semaphore room = new Semaphore(0);
    private final Semaphore stalls = new Semaphore(0);
    private final Backlog backlog = new Backlog(0, room::release, stalls::release);
    private final Backlog impatient = new Backlog(20, room::release, stalls::release);

    @Test
    void whatNobodyHearsIsTakenAndTheLastOfItKept() {
        assertEquals(3 * SIZE, offer(backlog, "a".repeat(3 * SIZE)));
        assertEquals(4, offer(backlog, "last"));
        backlog.listen();
        assertEquals("a".repeat(SIZE - 4) + "last", take(backlog, 2 * SIZE));
        assertTrue(backlog.isEmpty());
        assertEquals("", take(backlog, 10));
    }

    @Test
    void theNextListenerHearsAgainWhatTheOneBeforeHeard() {
        backlog.listen();
        offer(backlog, "one ");
        assertEquals("one ", take(backlog, 100));
        offer(backlog, "two ");
        backlog.leave();
        offer(backlog, "three");
        backlog.listen();
        assertEquals("one two three", take(backlog, 100));
    }

    @Test
    void whatAListenerHasNotHeardIsNotOverwritten() {
        backlog.listen();
        assertEquals(SIZE, offer(backlog, "b".repeat(SIZE + 10)));
        assertEquals(0, offer(backlog, "c"));
        assertEquals(0, room.availablePermits());
        take(backlog, 10);
        assertEquals(0, room.availablePermits(), "not for each few bytes");
        take(backlog, SIZE / 2);
        assertEquals(1, room.availablePermits());
        assertEquals(1, offer(backlog, "c"));
        assertEquals("b".repeat(SIZE / 2 - 10) + "c", take(backlog, SIZE));
    }

    @Test
    void aListenerWhoLeavesLetsTheSpeakerGoOn() {
        backlog.listen();
        offer(backlog, "d".repeat(2 * SIZE));
        backlog.leave();
        assertEquals(1, room.availablePermits());
        assertEquals(2 * SIZE, offer(backlog, "e".repeat(2 * SIZE)));
    }

    @Test
    void aListenerWhoTakesNothingForLongIsNotWaitedForUntilItTakesSomeAgain() throws InterruptedException {
        impatient.listen();
        assertEquals(SIZE, offer(impatient, "f".repeat(SIZE)));
        assertEquals(0, offer(impatient, "g"));
        room.acquire();
        stalls.acquire();
        assertEquals(3, offer(impatient, "ggg"));
        assertEquals("f".repeat(SIZE - 3) + "ggg", take(impatient, SIZE), "the oldest are lost");
        assertEquals(SIZE, offer(impatient, "h".repeat(SIZE)));
        assertEquals(0, offer(impatient, "h"), "it is waited for again");
    }

    @Test
    void aListenerWhoIsSlowButTakesSomeIsWaitedFor() throws InterruptedException {
        Backlog patient = new Backlog(30_000, room::release, stalls::release);
        patient.listen();
        offer(patient, "i".repeat(SIZE));
        assertEquals(0, offer(patient, "j"));
        take(patient, SIZE);
        room.acquire();
        assertEquals(1, offer(patient, "j"));
        assertEquals("j", take(patient, SIZE));
        assertEquals(0, stalls.availablePermits());
    }

    @Test
    void afterTheEndWhatComesIsDroppedAndTheRestMayBeHeard() throws InterruptedException {
        backlog.listen();
        offer(backlog, "the rest");
        backlog.end();
        assertEquals(7, offer(backlog, "dropped"));
        ByteBuffer heard = ByteBuffer.allocate(100);
        assertEquals(8, backlog.await(heard));
        assertEquals(0, backlog.await(heard));
        assertFalse(heard.position() == 0);
    }

    private static int offer(Backlog to, String text) {
        return to.offer(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String take(Backlog from, int most) {
        ByteBuffer into = ByteBuffer.allocate(most);
        int count = from.take(into);
        return new String(into.array(), 0, count, StandardCharsets.UTF_8);
    }
}
