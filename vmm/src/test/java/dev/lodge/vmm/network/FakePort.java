package dev.lodge.vmm.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network that keeps what is sent and gives what a test puts in. */
public final class FakePort implements NetworkPort {

    public final List<Frame> sent = new ArrayList<>();
    public final Deque<Frame> arriving = new ArrayDeque<>();
    public Offloads offloads = Offloads.ALL;
    public boolean full;
    public boolean closed;
    public Runnable ready = () -> {};

    @Override
    public Offloads offloads() {
        return offloads;
    }

    @Override
    public void attach(Runnable toBeCalled) {
        ready = toBeCalled;
    }

    @Override
    public int file() {
        return -1;
    }

    @Override
    public boolean send(Frame frame) {
        if (full) {
            return false;
        }
        Frame copy = new Frame();
        copy.copy(frame);
        sent.add(copy);
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public @Nullable Frame receive() {
        return arriving.poll();
    }

    @Override
    public boolean isUp() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
