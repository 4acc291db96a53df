package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Eventfds, timers and the epoll that waits for them. */
class WaitingTest {
    @Test
    void anEventFdCountsItsRings() {
        try (EventFd event = EventFd.create()) {
            assertEquals(0, event.drain());
            event.ring();
            event.ring();
            event.ring();
            assertEquals(3, event.drain());
            assertEquals(0, event.drain());
        }
    }

    @Test
    void anEpollNamesTheFilesThatAreReadyByTheirTokens() {
        try (Epoll epoll = Epoll.create();
                EventFd first = EventFd.create();
                EventFd second = EventFd.create()) {
            epoll.add(first.fd(), Epoll.EPOLLIN, 0x1111_2222_3333_4444L);
            epoll.add(second.fd(), Epoll.EPOLLIN, -5);
            assertEquals(0, epoll.await(0));
            second.ring();
            assertEquals(1, epoll.await(-1));
            assertEquals(-5, epoll.token(0));
            assertEquals(Epoll.EPOLLIN, epoll.events(0));
            first.ring();
            assertEquals(2, epoll.await(-1));
            assertEquals(0x1111_2222_3333_4444L - 5, epoll.token(0) + epoll.token(1));
        }
    }

    @Test
    void aFileWatchedDifferentlyOrNoMoreIsNotReported() {
        try (Epoll epoll = Epoll.create();
                EventFd event = EventFd.create()) {
            epoll.add(event.fd(), Epoll.EPOLLIN, 1);
            event.ring();
            epoll.modify(event.fd(), Epoll.EPOLLOUT, 2);
            assertEquals(1, epoll.await(0));
            assertEquals(2, epoll.token(0));
            assertEquals(Epoll.EPOLLOUT, epoll.events(0));
            epoll.remove(event.fd());
            assertEquals(0, epoll.await(0));
        }
    }

    @Test
    void beyondWhatIsReadyThereIsNothingToRead() {
        try (Epoll epoll = Epoll.create()) {
            assertEquals(0, epoll.await(0));
            assertThrows(IndexOutOfBoundsException.class, () -> epoll.token(0));
            assertThrows(IndexOutOfBoundsException.class, () -> epoll.events(-1));
        }
    }

    @Test
    void aFileIsWatchedOnlyOnce() {
        try (Epoll epoll = Epoll.create();
                EventFd event = EventFd.create()) {
            epoll.add(event.fd(), Epoll.EPOLLIN, 1);
            LinuxException refused = assertThrows(LinuxException.class, () -> epoll.add(event.fd(), Epoll.EPOLLIN, 1));
            assertEquals(Errno.EEXIST, refused.errno());
        }
    }

    @Test
    void aTimeThatHasPassedFiresAtOnce() {
        try (TimerFd timer = TimerFd.create();
                Epoll epoll = Epoll.create()) {
            epoll.add(timer.fd(), Epoll.EPOLLIN, 7);
            timer.armAbsolute(0);
            assertEquals(1, epoll.await(-1));
            assertEquals(1, timer.drain());
            assertEquals(0, timer.drain());
        }
    }

    @Test
    void aTimerFiresOnTheScaleOfNanoTimeAndNotBefore() {
        try (TimerFd timer = TimerFd.create();
                Epoll epoll = Epoll.create()) {
            epoll.add(timer.fd(), Epoll.EPOLLIN, 7);
            long when = System.nanoTime() + 2_000_000;
            timer.armAbsolute(when);
            while (timer.drain() == 0) {
                epoll.await(-1);
            }
            assertTrue(System.nanoTime() >= when);
        }
    }

    @Test
    void aPeriodicTimerFiresAgainUntilItIsDisarmed() {
        try (TimerFd timer = TimerFd.create();
                Epoll epoll = Epoll.create()) {
            epoll.add(timer.fd(), Epoll.EPOLLIN, 7);
            timer.armPeriodic(100_000);
            long fired = 0;
            while (fired < 3) {
                epoll.await(-1);
                fired += timer.drain();
            }
            timer.disarm();
            assertEquals(0, epoll.await(0));
            assertThrows(IllegalArgumentException.class, () -> timer.armPeriodic(0));
        }
    }

    @Test
    void aClockThatNobodySetsHasNotJumped() {
        try (ClockWatch watch = ClockWatch.create();
                Epoll epoll = Epoll.create()) {
            epoll.add(watch.fd(), Epoll.EPOLLIN, 1);
            assertEquals(0, epoll.await(0));
            assertFalse(watch.hasJumped());
        }
    }
}
