package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lodge.linux.Signals;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kicks of a guest that spins ({@code jmp .}) and never exits by itself. */
@Tag("kvm")
class VcpuKickerTest {
    private static final int[] SPIN = {0xeb, 0xfe};

    @Test
    void eachOfAThousandKicksEndsARunAndLeavesNoSignalBehind() throws InterruptedException {
        try (KvmHost host = KvmHost.running(SPIN)) {
            Spinner spinner = new Spinner(host.vcpu);
            spinner.thread.start();
            spinner.attached.acquire();
            for (int kick = 1; kick <= 1000; kick++) {
                spinner.kicker.kick();
                spinner.acknowledged.acquire();
                if (kick % 100 == 0) {
                    System.gc();
                }
            }
            assertNull(spinner.failure.get());
            assertEquals(1000, spinner.interrupted.get());
            assertEquals(1000, spinner.taken.get());
            spinner.stop();
            assertEquals(0, spinner.pendingAtTheEnd.get());
        }
    }

    @Test
    void aStormOfKicksLosesNoRequest() throws InterruptedException {
        try (KvmHost host = KvmHost.running(SPIN)) {
            Spinner spinner = new Spinner(host.vcpu);
            spinner.thread.start();
            Thread[] kickers = new Thread[4];
            for (int i = 0; i < kickers.length; i++) {
                kickers[i] = new Thread(() -> {
                    for (int request = 0; request < 1000; request++) {
                        spinner.requested.incrementAndGet();
                        spinner.kicker.kick();
                    }
                });
                kickers[i].start();
            }
            for (Thread thread : kickers) {
                thread.join();
            }
            while (spinner.seen.get() < 4000 && spinner.failure.get() == null) {
                spinner.acknowledged.acquire();
            }
            spinner.stop();
            assertNull(spinner.failure.get());
            assertEquals(4000, spinner.seen.get());
        }
    }

    @Test
    void aKickBeforeTheThreadIsThereWaitsForIt() throws InterruptedException {
        try (KvmHost host = KvmHost.running(SPIN)) {
            Spinner spinner = new Spinner(host.vcpu);
            spinner.kicker.kick();
            spinner.thread.start();
            spinner.acknowledged.acquire();
            spinner.stop();
            assertNull(spinner.failure.get());
        }
    }

    @Test
    void aKickAfterTheThreadHasLeftDoesNothing() throws InterruptedException {
        Spinner spinner;
        try (KvmHost host = KvmHost.running(SPIN)) {
            spinner = new Spinner(host.vcpu);
            spinner.thread.start();
            spinner.stop();
        }
        spinner.kicker.kick();
        spinner.kicker.kick();
        assertFalse(spinner.thread.isAlive());
    }

    /** A vCPU's thread, as the class comment of {@link VcpuKicker} has it. */
    private static final class Spinner {
        final VcpuKicker kicker;
        final Semaphore attached = new Semaphore(0);
        final Semaphore acknowledged = new Semaphore(0);
        final AtomicInteger requested = new AtomicInteger();
        final AtomicInteger seen = new AtomicInteger();
        final AtomicInteger interrupted = new AtomicInteger();
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger pendingAtTheEnd = new AtomicInteger(-1);
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        final Thread thread;
        private final KvmVcpu vcpu;
        private final AtomicBoolean stopped = new AtomicBoolean();

        Spinner(KvmVcpu vcpu) {
            this.vcpu = vcpu;
            this.kicker = new VcpuKicker(vcpu);
            this.thread = new Thread(this::loop, "d1v0");
            thread.setDaemon(true);
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            kicker.kick();
            thread.join();
        }

        private void loop() {
            try {
                kicker.attach();
                attached.release();
                while (!stopped.get()) {
                    int reason = vcpu.run();
                    if (reason != KvmVcpu.INTERRUPTED) {
                        throw new AssertionError("exit " + reason + " from a guest that spins");
                    }
                    interrupted.incrementAndGet();
                    if (kicker.acknowledge()) {
                        taken.incrementAndGet();
                    }
                    seen.set(requested.get());
                    acknowledged.release();
                }
                kicker.detach();
                pendingAtTheEnd.set(Signals.take(Signals.bit(Signals.KICK)));
            } catch (Throwable failed) {
                failure.set(failed);
                attached.release();
                acknowledged.release(1_000_000);
            }
        }
    }
}
