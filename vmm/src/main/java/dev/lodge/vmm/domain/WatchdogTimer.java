package dev.lodge.vmm.domain;

import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.hypercall.Watchdogs;
import dev.lodge.vmm.io.IoLoop;
import org.jspecify.annotations.Nullable;

/**
 * Watches the clock for a domain's {@link Watchdogs}. Few guests use them, so the timer is made when one does. On the
 * domain's I/O thread, but for {@link #close}.
 */
final class WatchdogTimer implements AutoCloseable {

    private final IoLoop loop;
    private final Runnable whenMissed;
    private final IoLoop.Bell bell;
    private final Watchdogs watchdogs;
    private @Nullable TimerFd timer;

    /**
     * No watchdog yet.
     *
     * @param whenMissed called when the guest has not set one again in time
     */
    WatchdogTimer(IoLoop loop, Runnable whenMissed) {
        this.loop = loop;
        this.whenMissed = whenMissed;
        bell = loop.bell(this::arm);
        watchdogs = new Watchdogs(bell::ring);
    }

    Watchdogs watchdogs() {
        return watchdogs;
    }

    private void arm() {
        TimerFd armed = timer;
        if (armed == null) {
            armed = TimerFd.create();
            timer = armed;
            loop.onReadable(armed.fd(), this::ranOut);
        }
        long deadline = watchdogs.nextDeadline();
        if (deadline == Long.MAX_VALUE) {
            armed.disarm();
        } else {
            armed.armAbsolute(Math.max(1, deadline));
        }
    }

    private void ranOut() {
        if (timer == null || timer.drain() == 0) {
            return;
        }
        if (watchdogs.nextDeadline() <= System.nanoTime()) {
            whenMissed.run();
        } else {
            arm(); // it was set again meanwhile
        }
    }

    /** After the I/O thread has ended. */
    @Override
    public void close() {
        if (timer != null) {
            timer.close();
        }
    }
}
