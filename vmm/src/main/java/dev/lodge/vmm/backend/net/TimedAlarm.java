package dev.lodge.vmm.backend.net;

import dev.lodge.linux.TimerFd;
import dev.lodge.vmm.network.Alarm;
import org.jspecify.annotations.Nullable;

/** An alarm of the host's clock, whose file the I/O thread watches. */
public final class TimedAlarm implements Alarm, AutoCloseable {

    private final @Nullable TimerFd timer;

    /** @param used whether it will ever be set: one that is not costs no file */
    public TimedAlarm(boolean used) {
        timer = used ? TimerFd.create() : null;
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void at(long time) {
        if (timer == null) {
            throw new IllegalStateException("an alarm that was not to be used");
        }
        timer.armAbsolute(time);
    }

    /** The file that is readable when it is time; -1 if there is none. */
    int file() {
        return timer == null ? -1 : timer.fd();
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.close();
        }
    }
}
