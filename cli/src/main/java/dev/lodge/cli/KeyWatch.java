package dev.lodge.cli;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A console at the user's own terminal, where Ctrl-] leaves. */
final class KeyWatch implements Console {
    private final Console watched;
    private final Runnable leave;

    KeyWatch(Console watched, Runnable leave) {
        this.watched = watched;
        this.leave = leave;
    }

    @Override
    public void attached(ConsolePort port) {
        watched.attached(port);
    }

    @Override
    public int output(MemorySegment bytes) {
        return watched.output(bytes);
    }

    @Override
    public int input(MemorySegment room) {
        int count = watched.input(room);
        for (int i = 0; i < count; i++) {
            if (room.get(ValueLayout.JAVA_BYTE, i) == GuestTerminal.LEAVE) {
                leave.run();
                return i;
            }
        }
        return count;
    }
}
