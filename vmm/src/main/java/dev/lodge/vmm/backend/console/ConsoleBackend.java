package dev.lodge.vmm.backend.console;

import dev.lodge.rings.ByteRingConsumer;
import dev.lodge.rings.ByteRingProducer;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.event.BackendPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a console's ring and the host's end of it. All on the domain's I/O thread.
 *
 * <p>What the host's end does not take stays here, and then in the ring, and so holds up the guest: a console loses
 * nothing and never grows. A guest whose indices cannot be true loses this console, and nothing else.
 */
public final class ConsoleBackend {

    private final Console host;
    private final ByteRingConsumer output;
    private final ByteRingProducer input;
    private final MemorySegment outgoing = Arena.ofAuto().allocate(ConsolePage.OUT_SIZE);
    private final MemorySegment incoming = Arena.ofAuto().allocate(ConsolePage.IN_SIZE);
    private int outgoingStart;
    private int outgoingEnd;
    private @Nullable BackendPort port;
    private boolean lost;

    /**
     * Takes up a console where its ring stands.
     *
     * @param page the guest's console page
     */
    public ConsoleBackend(MemorySegment page, Console host) {
        this.host = host;
        output = ConsolePage.out(page).newConsumer();
        input = ConsolePage.in(page).newProducer();
    }

    /** Whom to notify. Before the first {@link #move}. */
    public void connect(BackendPort port) {
        this.port = port;
    }

    /** Moves what can be moved, both ways. Indices that cannot be true end that for good. */
    public void move() {
        if (lost) {
            return;
        }
        try {
            boolean notify = moveOutput();
            notify |= moveInput();
            if (notify && port != null) {
                port.notifyGuest();
            }
        } catch (GuestFault fault) {
            lose(fault);
        }
    }

    private void lose(GuestFault fault) {
        lost = true;
        host.lost(String.valueOf(fault.getMessage()));
    }

    /** Whether the guest lied about its ring, so that nothing is moved any more. */
    public boolean isLost() {
        return lost;
    }

    /** Whether all that the guest has written is with the host's end. */
    public boolean isDrained() {
        if (!lost) {
            try {
                return outgoingStart == outgoingEnd && output.available() == 0;
            } catch (GuestFault fault) {
                lose(fault);
            }
        }
        return true;
    }

    private boolean moveOutput() {
        while (true) {
            if (outgoingStart == outgoingEnd) {
                outgoingStart = 0;
                outgoingEnd = output.read(outgoing, 0, ConsolePage.OUT_SIZE);
                if (outgoingEnd == 0) {
                    break;
                }
            }
            int taken = host.output(outgoing.asSlice(outgoingStart, outgoingEnd - outgoingStart));
            outgoingStart += taken;
            if (outgoingStart < outgoingEnd) {
                break;
            }
        }
        return output.producerMayWait();
    }

    private boolean moveInput() {
        boolean moved = false;
        while (true) {
            int room = input.room();
            int count = room == 0 ? 0 : host.input(incoming.asSlice(0, room));
            if (count == 0) {
                return moved;
            }
            input.write(incoming, 0, count);
            moved = true;
        }
    }
}
