package dev.lodge.vmm.backend.console;

import dev.lodge.vmm.Console;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The host's end of a console: takes so many bytes and no more, and gives what it was told to. */
public final class FakeHost implements Console {

    public final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    public int takes = Integer.MAX_VALUE;
    public int takesAtOnce = Integer.MAX_VALUE;
    public byte[] gives = {};
    public String lost = "";
    private int given;

    @Override
    public int output(MemorySegment bytes) {
        int count = (int) Math.min(bytes.byteSize(), Math.min(takes, takesAtOnce));
        taken.writeBytes(bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
        takes -= count;
        return count;
    }

    @Override
    public void lost(String reason) {
        lost = reason;
    }

    @Override
    public int input(MemorySegment room) {
        int count = (int) Math.min(room.byteSize(), gives.length - given);
        MemorySegment.copy(gives, given, room, ValueLayout.JAVA_BYTE, 0, count);
        given += count;
        return count;
    }
}
