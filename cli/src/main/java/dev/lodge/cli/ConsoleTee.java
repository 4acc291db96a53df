package dev.lodge.cli;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.ConsolePort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A console whose output two see; keys come from the first. On the domain's I/O thread. */
final class ConsoleTee implements Console {
    private final Console first;
    private final Console second;

    /** What the first took and the second has yet to take; no more than is offered at a time. */
    private MemorySegment owed = MemorySegment.NULL;

    ConsoleTee(Console first, Console second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public void attached(ConsolePort port) {
        first.attached(port);
        second.attached(port);
    }

    @Override
    public int output(MemorySegment bytes) {
        if (!settle()) {
            return 0;
        }
        int taken = first.output(bytes);
        if (taken > 0) {
            MemorySegment same = bytes.asSlice(0, taken);
            int seen = second.output(same);
            if (seen < taken) {
                owed = copy(same, seen);
            }
        }
        return taken;
    }

    private boolean settle() {
        if (owed.byteSize() > 0) {
            int seen = second.output(owed);
            owed = owed.asSlice(seen);
        }
        return owed.byteSize() == 0;
    }

    private static MemorySegment copy(MemorySegment bytes, int from) {
        byte[] all = bytes.toArray(ValueLayout.JAVA_BYTE);
        return MemorySegment.ofArray(Arrays.copyOfRange(all, from, all.length));
    }

    @Override
    public int input(MemorySegment room) {
        var _ = settle(); // room for the second may have come without more output
        return first.input(room);
    }
}
