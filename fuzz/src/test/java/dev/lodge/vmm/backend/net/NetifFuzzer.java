package dev.lodge.vmm.backend.net;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Offloads;
import dev.lodge.vmm.network.Packets;
import dev.lodge.vmm.network.Segmenter;
import dev.lodge.vmm.network.router.RouterPort;
import dev.lodge.vmm.network.router.RuleList;
import dev.lodge.vmm.network.router.RuleText;
import dev.lodge.vmm.network.router.SourceGuard;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hostile network driver at both rings of an interface with a router behind it. Each input is a sequence of slots, packets
 * that are nearly good, bytes in granted frames, indices, and turns of the back end. What gets out is fit for a network that
 * believes it.
 */
public final class NetifFuzzer {
    private static final long HEAP = 4 << 20;
    private static final int MOST_ACTIONS = 300;
    private static final int RING_FRAMES = 16;
    private static final int TX = 0;
    private static final int RX = 1;

    private static final NetFrontEnd FRONT = new NetFrontEnd();
    private static final MemorySegment SLOT = MemorySegment.ofArray(new byte[12]);

    private static final byte[][] PACKETS = {
        Packets.ipv4(6, Packets.tcp(1, 2, 24, 3_000)),
        Packets.ipv6(6, Packets.tcp(1, 25, 2, 3_000)),
        Packets.ipv4(17, Packets.udp(1, 53, 100)),
        Packets.ipv6(17, Packets.udp(1, 53, 3_900)),
        Packets.ipv4(1, new byte[] {8, 0, 0, 0, 0, 0, 0, 0}),
        Packets.ipv6(58, new byte[] {-128, 0, 0, 0, 0, 0, 0, 0}),
        Packets.arp(Packets.ALICE, 0x0a00_0001),
        Packets.ethernet(Packets.ALICE, Packets.BOB, 0x8100, new byte[60]),
    };

    private NetifFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Claim.allocatesAtMost(HEAP, () -> run(new Input(bytes)));
    }

    /** A packet of each kind, with each offload. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int packet = 0; packet < PACKETS.length; packet++) {
            seeds.add(new byte[] {0, 2, (byte) packet, 0, 0, 5});
            seeds.add(new byte[] {7, 2, (byte) packet, 1, 0, 5, 3, 8, 5});
            seeds.add(new byte[] {0, 2, (byte) packet, 9, 1, 1, 0, 100, 0, 1, 0, 5});
        }
        return seeds;
    }

    private static void run(Input input) {
        int options = input.u8();
        for (int i = 0; i < NetFrontEnd.BUFFERS; i++) {
            FRONT.guest.grant(NetFrontEnd.FIRST_BUFFER + i, 0x80 + NetFrontEnd.FIRST_BUFFER + i);
        }
        FRONT.tx = FRONT.txRing().newFrontEnd();
        FRONT.rx = FRONT.rxRing().newFrontEnd();
        Offloads offloads = new Offloads((options & 1) != 0, (options & 2) != 0, (options & 4) != 0);
        Network network = new Network(offloads, (options & 8) != 0);
        RuleList rules = new RuleList();
        if ((options & 16) != 0) {
            rules.set(List.of(RuleText.parse("reject out tcp port 25"), RuleText.parse("reject udp")), 0);
        }
        NetworkPort router = new RouterPort(
                network, new SourceGuard(new MacAddress(Packets.ALICE), List.of()), rules, 0, new TimedAlarm(false));
        MulticastFilter filter = new MulticastFilter();
        GrantMappings mappings = new GrantMappings(FRONT.guest.domain.grants());
        try {
            TransmitQueue transmit = new TransmitQueue(FRONT.txRing().newBackEnd(), mappings, router, filter);
            ReceiveQueue receive = new ReceiveQueue(FRONT.rxRing().newBackEnd(), mappings);
            for (int i = 0; i < MOST_ACTIONS && input.hasMore(); i++) {
                act(input, transmit, receive, router);
            }
        } catch (ConnectionFault fault) {
            require(fault.reason() != null, "a fault without a reason");
        }
        mappings.close();
        for (int i = 0; i < NetFrontEnd.BUFFERS; i++) {
            require(!FRONT.guest.isGrantInUse(NetFrontEnd.FIRST_BUFFER + i), "grant " + i + " is still in use");
        }
    }

    private static void act(Input input, TransmitQueue transmit, ReceiveQueue receive, NetworkPort router)
            throws ConnectionFault {
        int action = input.u8();
        switch (action % 8) {
            case 0 -> slot(TX, input.bytes(12));
            case 1 -> slot(RX, input.bytes(8));
            case 2 -> packet(input);
            case 3 -> {
                for (int i = 0; i < 1 + (action >>> 3); i++) {
                    SLOT.set(ValueLayout.JAVA_INT_UNALIGNED, 4, NetFrontEnd.FIRST_BUFFER + i);
                    advance(RX, SLOT.asSlice(0, 8));
                }
            }
            case 4 ->
                FRONT.buffer(NetFrontEnd.FIRST_BUFFER)
                        .set(ValueLayout.JAVA_BYTE, input.u16() % 4096, (byte) input.u8());
            case 6 -> ring(input.u8() & 1).set(ValueLayout.JAVA_INT, 4L * (action >>> 6), input.i32());
            default -> turn(transmit, receive, router);
        }
    }

    private static MemorySegment ring(int which) {
        return FRONT.buffer(which == TX ? NetFrontEnd.TX_RING : NetFrontEnd.RX_RING);
    }

    private static void slot(int which, byte[] bytes) {
        SLOT.fill((byte) 0);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, SLOT, 0, bytes.length);
        advance(which, which == TX ? SLOT : SLOT.asSlice(0, 8));
    }

    private static void advance(int which, MemorySegment slot) {
        MemorySegment ring = ring(which);
        int index = ring.get(ValueLayout.JAVA_INT, 0);
        long entry = slot.byteSize();
        int entries = Integer.highestOneBit((int) ((4096 - 64) / entry));
        MemorySegment.copy(slot, 0, ring, 64 + (long) (index & entries - 1) * entry, entry);
        ring.set(ValueLayout.JAVA_INT, 0, index + 1);
    }

    /** A packet in one frame, with a byte changed where the input says, its flags, and perhaps extra info. */
    private static void packet(Input input) {
        byte[] bytes = PACKETS[input.u8() % PACKETS.length];
        int flags = input.u8();
        MemorySegment frame = FRONT.buffer(NetFrontEnd.FIRST_BUFFER);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, frame, 0, bytes.length);
        int change = input.u8();
        if (change >= 12) {
            frame.set(ValueLayout.JAVA_BYTE, change, (byte) input.u8());
        }
        SLOT.fill((byte) 0);
        SLOT.set(ValueLayout.JAVA_INT_UNALIGNED, 0, NetFrontEnd.FIRST_BUFFER);
        SLOT.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) flags);
        SLOT.set(ValueLayout.JAVA_SHORT_UNALIGNED, 10, (short) bytes.length);
        advance(TX, SLOT);
        if ((flags & 8) != 0) {
            slot(TX, input.bytes(7));
        }
    }

    private static void turn(TransmitQueue transmit, ReceiveQueue receive, NetworkPort router) throws ConnectionFault {
        boolean _ = transmit.move(RING_FRAMES);
        boolean _ = transmit.publish();
        for (Frame incoming = router.receive(); incoming != null; incoming = router.receive()) {
            whole(incoming);
            if (!receive.hasRoom(incoming)) {
                break;
            }
            receive.put(incoming);
        }
        boolean _ = receive.publish();
    }

    private static void whole(Frame frame) {
        require(frame.length() >= Frame.MIN_LENGTH && frame.length() <= Frame.MAX_LENGTH, "a frame's length");
        if (frame.segmentSize() != 0) {
            require(Segmenter.canCut(frame) && frame.isBlank(), "a frame to be cut that cannot be");
        }
        if (frame.isBlank()) {
            int place = frame.headers().checksumOffset();
            require(place > 0 && place + 2 <= frame.headers().end(), "a checksum without a place");
            require(frame.headers().end() <= frame.length(), "a packet longer than its frame");
        }
    }

    /** Believes what it is sent, and gives that back. */
    private static final class Network implements NetworkPort {
        private final Offloads offloads;
        private final boolean slow;
        private final Frame last = new Frame();
        private boolean full;
        private boolean held;

        Network(Offloads offloads, boolean slow) {
            this.offloads = offloads;
            this.slow = slow;
        }

        @Override
        public Offloads offloads() {
            return offloads;
        }

        @Override
        public void attach(Runnable ready) {
            // nobody to call
        }

        @Override
        public int file() {
            return -1;
        }

        @Override
        public boolean send(Frame frame) {
            full = slow && !full;
            if (full) {
                return false;
            }
            whole(frame);
            require(frame.headers().sourceMac() == Packets.ALICE, "a forged sender");
            require(offloads.take(frame), "more than the network takes");
            last.copy(frame);
            held = true;
            return true;
        }

        @Override
        public void flush() {
            // all has gone out
        }

        @Override
        public @Nullable Frame receive() {
            if (!held) {
                return null;
            }
            held = false;
            return last;
        }

        @Override
        public boolean isUp() {
            return true;
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
