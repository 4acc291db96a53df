package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders in threads, and guests that look only when interrupted: a lost event leaves a sender waiting for ever. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@SuppressWarnings("ThreadPriorityCheck") // few CPUs, and others wait for them
class EventThreadsTest {

    private static final int SENDERS = 3;
    private static final int ROUNDS = 20_000;

    private final Semaphore interrupt = new Semaphore(0);
    private final MemorySegment shared = FakeGuest.frame();
    private final EventChannels events = new EventChannels(1, 1, shared, vcpu -> interrupt.release(), number -> null);
    private final FakeGuest guest = new FakeGuest(shared, 1);
    private final FakeFifoGuest fifo = new FakeFifoGuest(shared, 1);
    private final AtomicIntegerArray handled = new AtomicIntegerArray(4096);

    @Test
    void noEventIsLostBetweenSendersAndAGuestThatLooksWhenInterrupted() throws InterruptedException {
        List<Integer> ports = bindPorts(SENDERS);
        Thread vcpu = Thread.ofPlatform().start(() -> handleUntilInterrupted(false));
        sendAndAwait(ports);
        end(vcpu);
    }

    @Test
    void noEventIsLostBehindAMaskThatComesAndGoes() throws InterruptedException {
        List<Integer> ports = bindPorts(SENDERS);
        Thread vcpu = Thread.ofPlatform().start(() -> handleUntilInterrupted(true));
        sendAndAwait(ports);
        end(vcpu);
    }

    @Test
    void noEventIsLostByTheFifoAbi() throws InterruptedException {
        fifo.begin(events);
        List<Integer> ports = bindPorts(SENDERS);
        Thread vcpu = Thread.ofPlatform().start(() -> handleFifo(false));
        sendAndAwait(ports);
        end(vcpu);
    }

    @Test
    void noEventIsLostByTheFifoAbiBehindMasksAndBetweenPriorities() throws InterruptedException {
        fifo.begin(events);
        List<Integer> ports = bindPorts(SENDERS);
        Thread vcpu = Thread.ofPlatform().start(() -> handleFifo(true));
        sendAndAwait(ports);
        end(vcpu);
    }

    /** The guest's pages come one by one, and the ABI changes, while events are sent to all its ports. */
    @Test
    void noEventIsLostWhileTheGuestChangesToTheFifoAbi() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            MemorySegment page = FakeGuest.frame();
            EventChannels changing = new EventChannels(1, 1, page, vcpu -> {}, number -> null);
            FakeFifoGuest changed = new FakeFifoGuest(page, 1);
            int port = 0;
            while (port < 2100) {
                port = changing.bindIpi(0);
            }
            Thread sender = Thread.ofPlatform().start(() -> {
                for (int each = 1; each <= 2100; each++) {
                    changing.send(each);
                }
            });
            changed.begin(changing);
            changed.expand(changing);
            changed.expand(changing);
            sender.join();
            boolean[] seen = new boolean[2101];
            for (int each : changed.handleUpcall(0)) {
                seen[each] = true;
            }
            for (int each = 1; each <= 2100; each++) {
                assertTrue(seen[each], "port " + each + " in round " + round);
            }
        }
    }

    /** The guest moves shared_info and vcpu_info while events come, with its vCPU stopped during each move. */
    @Test
    void noEventIsLostWhileTheSharedPagesMove() throws InterruptedException {
        List<Integer> ports = bindPorts(SENDERS);
        Thread vcpu = Thread.ofPlatform().start(() -> {
            MemorySegment[] frames = {shared, FakeGuest.frame(), FakeGuest.frame()};
            int moves = 0;
            try {
                while (true) {
                    interrupt.acquire();
                    if (moves < 5_000) {
                        MemorySegment place = frames[++moves % frames.length];
                        events.places().placeSharedInfo(place, () -> {});
                        guest.useSharedInfo(place);
                    } else if (moves++ == 5_000) {
                        MemorySegment place = FakeGuest.frame().asSlice(0, VcpuInfo.SIZE);
                        events.places().placeVcpuInfo(0, place, () -> {});
                        guest.useVcpuInfo(0, place);
                    }
                    guest.handleUpcall(0).forEach(handled::incrementAndGet);
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        });
        sendAndAwait(ports);
        end(vcpu);
    }

    @Test
    void closingFromBothEndsAtOnceLeavesNoPortBehind() throws InterruptedException {
        EventFixture fixture = new EventFixture();
        EventChannels one = fixture.one.events;
        EventChannels two = fixture.two.events;
        for (int round = 0; round < 2_000; round++) {
            int theirs = two.allocUnbound(1);
            int ours = one.bindInterdomain(2, theirs);
            CountDownLatch start = new CountDownLatch(1);
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException unexpected) {
                    Thread.currentThread().interrupt();
                }
                two.close(theirs);
            });
            start.countDown();
            assertEquals(0, one.close(ours));
            other.join();
            assertEquals(0, one.status(ours).status());
            assertEquals(0, two.status(theirs).status());
        }
    }

    /** One end waits and is closed while the other binds to it: either both are bound, or neither. */
    @Test
    void closingAPortThatAnotherDomainIsAboutToBindToLeavesNoHalfAChannel() throws InterruptedException {
        EventFixture fixture = new EventFixture();
        EventChannels one = fixture.one.events;
        EventChannels two = fixture.two.events;
        for (int round = 0; round < 2_000; round++) {
            int theirs = two.allocUnbound(1);
            CountDownLatch start = new CountDownLatch(1);
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException unexpected) {
                    Thread.currentThread().interrupt();
                }
                two.close(theirs);
            });
            start.countDown();
            int ours = one.bindInterdomain(2, theirs);
            other.join();
            assertEquals(0, two.status(theirs).status(), "closed");
            if (ours > 0) {
                assertEquals(1, one.status(ours).status(), "waits again");
                assertEquals(theirs, two.bindIpi(1));
                one.close(ours);
                assertEquals(5, two.status(theirs).status(), "what has the number now is not touched");
                two.close(theirs);
            }
        }
    }

    private List<Integer> bindPorts(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int port = 1; ports.size() < count; port = events.bindIpi(0)) {
            if (port % 63 == 2) { // in several words
                ports.add(port);
            }
        }
        return ports;
    }

    private void handleUntilInterrupted(boolean masks) {
        try {
            while (true) {
                interrupt.acquire();
                for (int port : guest.handleUpcall(0)) {
                    if (masks) {
                        guest.mask(port);
                        handled.incrementAndGet(port);
                        events.unmask(port);
                    } else {
                        handled.incrementAndGet(port);
                    }
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void handleFifo(boolean masks) {
        int handlings = 0;
        try {
            while (true) {
                interrupt.acquire();
                for (int port : fifo.handleUpcall(0)) {
                    if (masks) {
                        fifo.mask(port);
                        events.setPriority(port, ++handlings & 15);
                    }
                    handled.incrementAndGet(port);
                    if (masks) {
                        fifo.unmask(events, port);
                    }
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every sender sends an event and waits until it has been handled. */
    private void sendAndAwait(List<Integer> ports) throws InterruptedException {
        List<Thread> senders = new ArrayList<>();
        for (int port : ports) {
            senders.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < ROUNDS && !Thread.currentThread().isInterrupted(); round++) {
                    int before = handled.get(port);
                    events.send(port);
                    while (handled.get(port) == before
                            && !Thread.currentThread().isInterrupted()) {
                        Thread.yield();
                    }
                }
            }));
        }
        try {
            for (Thread sender : senders) {
                sender.join();
            }
        } finally {
            senders.forEach(Thread::interrupt);
        }
        for (int port : ports) {
            assertTrue(handled.get(port) >= ROUNDS, "port " + port);
        }
    }

    private static void end(Thread vcpu) throws InterruptedException {
        vcpu.interrupt();
        vcpu.join();
    }
}
