package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EAGAIN;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.hypercall.FakeDomain;
import dev.lodge.vmm.hypercall.StartState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test's thread is the vCPU's own; others ask. */
@Timeout(60)
class StartupTest {

    private static final StartState FIRST = state(1);
    private static final StartState SECOND = state(2);

    private final FakeDomain domain = new FakeDomain(3);
    private final UpSwitch power = new UpSwitch();
    private final Semaphore kicks = new Semaphore(0);
    private final AtomicInteger online = new AtomicInteger();
    private final List<StartState> set = new ArrayList<>();
    private boolean awaitsSipi = true;
    private boolean refuses;

    private final Startup.Registers registers = new Startup.Registers() {
        @Override
        public boolean awaitSipi() {
            return awaitsSipi;
        }

        @Override
        public boolean set(StartState state) {
            if (!refuses) {
                set.add(state);
            }
            return !refuses;
        }
    };

    private final Startup startup = new Startup(domain, registers, power, online::incrementAndGet, kicks::release);

    private static StartState state(long rip) {
        StartState.Segment segment = new StartState.Segment(0, 0, 0);
        return new StartState(
                new StartState.General(0, 0, 0, 0, 0, 0, 0, 0, rip, 0),
                new StartState.Control(0, 0, 0, 0),
                new StartState.Segments(segment, segment, segment, segment, segment));
    }

    private CompletableFuture<Long> ask(StartState state) {
        var answer = new CompletableFuture<Long>();
        Thread.ofPlatform().daemon().start(() -> answer.complete(startup.initialise(state, () -> !domain.isEnding())));
        return answer;
    }

    @Test
    void aVcpuGetsItsRegistersAndStaysDown() throws Exception {
        CompletableFuture<Long> answer = ask(FIRST);
        kicks.acquire();
        assertFalse(answer.isDone());
        assertFalse(startup.isStarted());
        startup.answer();
        assertEquals(0, answer.get());
        assertTrue(startup.isStarted());
        assertTrue(power.isDown());
        assertEquals(List.of(FIRST), set);
        assertEquals(0, online.get(), "it does not run yet");
        assertEquals(-EEXIST, ask(SECOND).get(), "without the vCPU's thread");
    }

    @Test
    void oneOfTwoWins() throws Exception {
        CompletableFuture<Long> first = ask(FIRST);
        kicks.acquire();
        CompletableFuture<Long> second = ask(SECOND);
        kicks.acquire();
        startup.answer();
        assertEquals(0, first.get());
        assertEquals(-EEXIST, second.get());
        assertEquals(List.of(FIRST), set);
    }

    @Test
    void manyRaceAndOneWinsEachTime() throws Exception {
        for (int round = 0; round < 200; round++) {
            Startup raced = new Startup(domain, registers, power, () -> {}, kicks::release);
            var together = new CountDownLatch(1);
            List<CompletableFuture<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                var answer = new CompletableFuture<Long>();
                answers.add(answer);
                Thread.ofPlatform().daemon().start(() -> {
                    try {
                        together.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    answer.complete(raced.initialise(FIRST, () -> true));
                });
            }
            together.countDown();
            while (!raced.isStarted()) {
                raced.answer(); // and never again
            }
            int won = 0;
            for (CompletableFuture<Long> answer : answers) {
                won += answer.get() == 0 ? 1 : 0;
            }
            assertEquals(1, won);
        }
    }

    @Test
    void whatKvmRefusesStartsNothingAndTheNextMayTry() throws Exception {
        refuses = true;
        CompletableFuture<Long> answer = ask(FIRST);
        kicks.acquire();
        startup.answer();
        assertEquals(-EINVAL, answer.get());
        assertFalse(startup.isStarted());
        assertFalse(power.isDown());
        refuses = false;
        answer = ask(SECOND);
        kicks.acquire();
        startup.answer();
        assertEquals(0, answer.get());
    }

    @Test
    void aSipiThatCameBeforeWins() throws Exception {
        awaitsSipi = false; // though the vCPU has not left the guest since
        CompletableFuture<Long> answer = ask(FIRST);
        kicks.acquire();
        startup.answer();
        assertEquals(-EEXIST, answer.get());
        assertEquals(List.of(), set);
        assertTrue(startup.isStarted());
        assertFalse(power.isDown());
        assertEquals(1, online.get());
    }

    @Test
    void whoAsksAVcpuThatBeginsToRunIsAnsweredThough() throws Exception {
        CompletableFuture<Long> answer = ask(FIRST);
        kicks.acquire();
        startup.hasRun();
        assertEquals(-EEXIST, answer.get());
        assertEquals(1, online.get());
    }

    @Test
    void aVcpuThatWasSwitchedOffBeforeItStartedIsWoken() throws Exception {
        power.down();
        CompletableFuture<Long> answer = ask(FIRST);
        power.await(domain); // returns though nobody switched it on
        startup.answer();
        assertEquals(0, answer.get());
    }

    @Test
    void theDomainsEndEndsTheWait() throws Exception {
        CompletableFuture<Long> answer = ask(FIRST);
        kicks.acquire();
        domain.shutdown(0);
        while (!answer.isDone()) {
            domain.events().waiters().wake();
        }
        assertEquals(-EAGAIN, answer.get());
    }

    @Test
    void whoWaitsGivesWayWhileTheDomainIsPaused() throws Exception {
        domain.pause(true);
        var gaveWay = new CountDownLatch(1);
        var answer = new CompletableFuture<Long>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> answer.complete(startup.initialise(FIRST, () -> {
                    gaveWay.countDown();
                    domain.pause(false);
                    return true;
                })));
        gaveWay.await();
        assertFalse(answer.isDone());
        startup.answer();
        assertEquals(0, answer.get());
    }
}
