package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OutputQueueTest {

    private final OutputQueue queue = new OutputQueue();

    private static int sizeOf(String path) {
        return WireParser.HEADER_SIZE + path.length() + "t".length() + 2;
    }

    @Test
    void anEventThatWaitsAlreadyIsFoundThoughTheQueueMovedToMakeRoom() {
        String taken = "/" + "a".repeat(499);
        String waiting = "/" + "b".repeat(199);
        queue.event(taken, "t");
        queue.event(waiting, "t");
        queue.drainTo(ByteBuffer.allocate(sizeOf(taken)));

        String third = "/" + "c".repeat(399);
        assertTrue(queue.event(third, "t"), "there is room only where the first was");
        assertFalse(queue.event(waiting, "t"));
        assertFalse(queue.event(third, "t"));
        assertEquals(2, queue.events());
        assertEquals(sizeOf(waiting) + sizeOf(third), queue.size());
    }

    @Test
    void anEventOfWhichHalfIsTakenStillCountsAsWaiting() {
        queue.event("/a", "t");
        queue.drainTo(ByteBuffer.allocate(4));

        assertEquals(1, queue.events());
        assertEquals(sizeOf("/a") - 4, queue.size());
    }
}
