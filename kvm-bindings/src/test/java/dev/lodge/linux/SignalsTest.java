package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SignalsTest {
    private static final long KICK = Signals.bit(Signals.KICK);

    @Test
    void aBlockedSignalWaitsUntilItIsTaken() throws InterruptedException {
        int[] taken = new int[3];
        inAThreadOfItsOwn(() -> {
            long before = Signals.block(KICK);
            assertEquals(0, before & KICK);
            assertEquals(before | KICK, Signals.mask());
            taken[0] = Signals.take(KICK);
            assertTrue(Signals.tgkill(Signals.gettid(), Signals.KICK));
            taken[1] = Signals.take(KICK);
            taken[2] = Signals.take(KICK);
        });
        assertEquals(0, taken[0]);
        assertEquals(Signals.KICK, taken[1]);
        assertEquals(0, taken[2]);
    }

    @Test
    void anIgnoredSignalDoesNothingToAThreadThatDoesNotBlockIt() throws InterruptedException {
        Signals.ignoreIfDefault(Signals.KICK);
        inAThreadOfItsOwn(() -> {
            Signals.unblock(KICK);
            assertTrue(Signals.tgkill(Signals.gettid(), Signals.KICK));
        });
    }

    @Test
    void aThreadThatHasEndedTakesNoSignal() throws InterruptedException {
        Signals.ignoreIfDefault(Signals.KICK);
        int[] tid = new int[1];
        inAThreadOfItsOwn(() -> tid[0] = Signals.gettid());
        assertFalse(Signals.tgkill(Integer.MAX_VALUE, Signals.KICK));
        assertTrue(tid[0] > 0);
    }

    @Test
    void aSignalThatDoesNotExistIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Signals.bit(0));
        assertThrows(IllegalArgumentException.class, () -> Signals.bit(65));
        assertEquals(Long.MIN_VALUE, Signals.bit(64));
        LinuxException refused = assertThrows(LinuxException.class, () -> Signals.tgkill(Signals.gettid(), 65));
        assertEquals("tgkill: EINVAL (invalid argument)", refused.getMessage());
        assertThrows(LinuxException.class, () -> Signals.ignoreIfDefault(9999));
    }

    @Test
    void thisProcessIsTheOneThatTheJvmKnows() {
        assertEquals(ProcessHandle.current().pid(), Signals.getpid());
    }

    private static void inAThreadOfItsOwn(Runnable body) throws InterruptedException {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(body);
        thread.setUncaughtExceptionHandler((_, failed) -> failure[0] = failed);
        thread.start();
        thread.join();
        if (failure[0] != null) {
            throw new AssertionError(failure[0]);
        }
    }
}
