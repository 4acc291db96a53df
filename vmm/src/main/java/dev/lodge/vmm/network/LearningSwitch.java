package dev.lodge.vmm.network;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet switch within this process: it learns behind which plug an address is, and sends frames there; others, and
 * those to groups, to all plugs but the one they came from. What it takes it passes on as it is, with checksums not filled in
 * and segments not cut, since it never leaves this machine.
 *
 * <p>A plug whose owner does not keep up loses frames, as on a wire; so nobody can hold up the others.
 *
 * <p>Lock: this object guards the plugs and the table of addresses. It is not held while frames are copied. Any thread.
 */
public final class LearningSwitch {

    /** How many plugs it has. */
    public static final int PLUGS = 256;

    private final String name;
    private final AddressTable addresses = new AddressTable(PLUGS);
    private final @Nullable Plug[] plugs = new @Nullable Plug[PLUGS];
    private final LongAdder lost = new LongAdder();

    /** A switch with nothing plugged in. */
    public LearningSwitch(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** How many frames found a plug's queue full. */
    public long lost() {
        return lost.sum();
    }

    /**
     * Plugs something in.
     *
     * @throws IllegalStateException if all plugs are taken
     */
    public synchronized NetworkPort plugIn() {
        for (int i = 0; i < PLUGS; i++) {
            if (plugs[i] == null) {
                Plug plug = new Plug(i);
                plugs[i] = plug;
                return plug;
            }
        }
        throw new IllegalStateException("all " + PLUGS + " plugs of the switch " + name + " are taken");
    }

    private synchronized void unplug(Plug plug) {
        if (plugs[plug.number] == plug) {
            plugs[plug.number] = null;
            addresses.forgetAll(plug.number);
        }
    }

    /** The plug that a frame goes to; null if it goes to all. */
    private synchronized @Nullable Plug route(Plug from, long source, long destination) {
        long now = System.nanoTime();
        if (!MacAddress.isGroup(source)) {
            addresses.learn(source, from.number, now);
        }
        if (MacAddress.isGroup(destination)) {
            return null;
        }
        int to = addresses.find(destination, now);
        return to == AddressTable.NOWHERE ? null : plugs[to];
    }

    private synchronized @Nullable Plug plug(int number) {
        return plugs[number];
    }

    private void flood(Plug from, Frame frame) {
        for (int i = 0; i < PLUGS; i++) {
            Plug to = plug(i);
            if (to != null && to != from) {
                to.deliver(from, frame);
            }
        }
    }

    private final class Plug implements NetworkPort {
        private final int number;
        private final FairQueue arrived = new FairQueue(PLUGS);
        private volatile @Nullable Runnable ready;

        Plug(int number) {
            this.number = number;
        }

        @Override
        public Offloads offloads() {
            return Offloads.ALL;
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
            FrameHeaders headers = frame.headers();
            Plug to = route(this, headers.sourceMac(), headers.destinationMac());
            if (to == null) {
                flood(this, frame);
            } else if (to != this) {
                to.deliver(this, frame);
            }
            return true;
        }

        private void deliver(Plug from, Frame frame) {
            Runnable toBeCalled = ready;
            if (toBeCalled == null || !arrived.offer(from.number, frame)) {
                lost.increment();
                return;
            }
            toBeCalled.run();
        }

        @Override
        public void flush() {
            // each frame has gone out by itself
        }

        @Override
        public @Nullable Frame receive() {
            return arrived.poll();
        }

        @Override
        public boolean isUp() {
            return true;
        }

        @Override
        public void close() {
            ready = null;
            unplug(this);
            arrived.close();
        }
    }
}
