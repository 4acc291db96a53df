package dev.lodge.vmm.storage;

import dev.lodge.linux.IoVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk in memory that notes what is asked of it, and fails where it is told to. */
public final class FakeStorage implements Storage {

    public final MemorySegment bytes;
    public final List<String> calls = new ArrayList<>();
    public boolean writable = true;
    public boolean notes = true;
    public long size;

    /** Called before each call is done. */
    public Runnable before = () -> {};

    /** Transfers that touch this position fail. */
    public long badPosition = -1;

    public boolean badFlush;

    /** Whether it gives out a {@link #queue}. */
    public boolean overlapping;

    public @Nullable FakeReadQueue queue;
    public int closed;

    public FakeStorage(long size) {
        this.size = size;
        bytes = Arena.ofAuto().allocate(size, 8);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public int blockSize() {
        return 4096;
    }

    @Override
    public boolean canDiscard() {
        return writable;
    }

    @Override
    public void read(long position, IoVector into) throws IOException {
        begin("read", position, into.bytes());
        into.fill(0, bytes, position, into.bytes());
        into.clear();
    }

    @Override
    public void write(long position, IoVector from) throws IOException {
        begin("write", position, from.bytes());
        from.drain(0, bytes, position, from.bytes());
        from.clear();
    }

    @Override
    public @Nullable ReadQueue readQueue(int most) {
        queue = overlapping ? new FakeReadQueue(this, most) : null;
        return queue;
    }

    void fill(long position, IoVector into) throws IOException {
        failIfBad("read", position, into.bytes());
        into.fill(0, bytes, position, into.bytes());
    }

    private void begin(String what, long position, long length) throws IOException {
        before.run();
        note(what, position, length);
        failIfBad(what, position, length);
    }

    void note(String what, long position, long length) {
        if (notes) {
            calls.add(what + " " + position + "+" + length);
        }
    }

    private void failIfBad(String what, long position, long length) throws IOException {
        if (badPosition >= position && badPosition < position + length) {
            throw new IOException(what + " disk at " + position + ": EIO");
        }
    }

    @Override
    public void flush() throws IOException {
        calls.add("flush");
        if (badFlush) {
            throw new IOException("flush: EIO");
        }
    }

    @Override
    public void discard(long position, long length) throws IOException {
        begin("discard", position, length);
        bytes.asSlice(position, length).fill((byte) 0);
    }

    @Override
    public void close() {
        closed++;
    }
}
