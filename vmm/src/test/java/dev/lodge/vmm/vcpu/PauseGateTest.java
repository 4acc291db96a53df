package dev.lodge.vmm.vcpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PauseGateTest {

    private volatile boolean ending;
    private final PauseGate gate = new PauseGate(() -> ending);
    private final AtomicInteger passed = new AtomicInteger();
    private final List<Thread> vcpus = new ArrayList<>();

    private void vcpuComes() {
        vcpus.add(Thread.ofPlatform().start(() -> {
            gate.pass();
            passed.incrementAndGet();
        }));
    }

    @AfterEach
    void allGoOn() throws InterruptedException {
        for (Thread vcpu : vcpus) {
            vcpu.join();
        }
    }

    @Test
    void anOpenGateHoldsNobody() {
        vcpuComes();
        assertFalse(gate.isShut());
    }

    @Test
    void whoPausesWaitsForAllAndNoneGoesOnBeforeTheGateIsOpened() throws InterruptedException {
        gate.shut();
        vcpuComes();
        vcpuComes();
        gate.awaitWaiting(2);
        assertTrue(gate.isShut());
        assertEquals(0, passed.get());
        gate.open();
        allGoOn();
        assertEquals(2, passed.get());
    }

    @Test
    void aDomainThatEndsHoldsNobodyAndIsNotWaitedFor() throws InterruptedException {
        gate.shut();
        vcpuComes();
        gate.awaitWaiting(1);
        ending = true;
        gate.wake();
        gate.awaitWaiting(2);
    }

    @Test
    void anInterruptionIsKeptForLater() throws InterruptedException {
        gate.shut();
        Thread vcpu = Thread.ofPlatform().start(() -> {
            gate.pass();
            if (Thread.currentThread().isInterrupted()) {
                passed.incrementAndGet();
            }
        });
        gate.awaitWaiting(1);
        vcpu.interrupt();
        gate.open();
        vcpu.join();
        assertEquals(1, passed.get());
    }

    @Test
    void whoWaitsForAPauseIsReleasedByAResume() throws InterruptedException {
        gate.shut();
        Thread resumer = Thread.ofPlatform().start(gate::open);
        gate.awaitWaiting(1);
        resumer.join();
    }
}
