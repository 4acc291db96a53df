package dev.lodge.vmm.backend.xenbus;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.SharedPages;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.Doorbell;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.io.IoLoop;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A front end that a back end connects to: what it tells in xenstore, and what the back end takes of its domain by what it
 * tells. All that is taken is given back when the connection ends.
 *
 * <p>Names of nodes may have a directory before them: {@code queue-0/ring-ref}. On the domain's I/O thread.
 */
public final class FrontEnd {

    private static final long MAX_NUMBER = 0xffff_ffffL;

    private final XenbusDevice device;
    private final XenbusHost host;
    private final String directory;
    private final Nodes back;
    private final GrantMappings mappings;
    private final List<BackendPort> ports = new ArrayList<>();
    private final List<IoLoop.Bell> bells = new ArrayList<>();
    private final List<IoLoop.Watch> watches = new ArrayList<>();
    private final IoLoop.Bell faultBell;
    private volatile @Nullable String fault;
    private volatile @Nullable Throwable failure;

    FrontEnd(XenbusDevice device, XenbusHost host, String directory, Nodes back) {
        this.device = device;
        this.host = host;
        this.directory = directory;
        this.back = back;
        mappings = new GrantMappings(host.grants());
        faultBell = bell(this::endForFault);
    }

    /** The number of its domain. */
    public int domid() {
        return host.domid();
    }

    /** The back end's nodes, for what is told only once the front end is known. */
    public Nodes back() {
        return back;
    }

    // What it tells.

    /** What a node says, or null if there is none. */
    public @Nullable String text(String name) {
        return host.store().read(directory + "/" + name);
    }

    /** Whether there is such a node. */
    public boolean tells(String name) {
        return host.store().exists(directory + "/" + name);
    }

    /**
     * A number that must be there.
     *
     * @throws ConnectionFault if it is not, or is no decimal number from {@code least} to {@code most}
     */
    public long number(String name, long least, long most) throws ConnectionFault {
        String text = text(name);
        if (text == null) {
            throw new ConnectionFault("it has no " + name);
        }
        long number = Numbers.parse(text);
        if (number < least || number > most) {
            throw new ConnectionFault(
                    "its " + name + " is '" + Numbers.shown(text) + "', not a number from " + least + " to " + most);
        }
        return number;
    }

    /**
     * A number that may be left out.
     *
     * @throws ConnectionFault if it is there and is no decimal number from {@code least} to {@code most}
     */
    public long number(String name, long least, long most, long otherwise) throws ConnectionFault {
        return tells(name) ? number(name, least, most) : otherwise;
    }

    /**
     * A feature: 1, or 0, which may be left out.
     *
     * @throws ConnectionFault if it is anything else
     */
    public boolean has(String feature) throws ConnectionFault {
        return number(feature, 0, 1, 0) == 1;
    }

    // What is taken of its domain.

    /** What the connection maps of its domain's memory: for grants in requests; those of the ring are among them. */
    public GrantMappings mappings() {
        return mappings;
    }

    /**
     * A frame whose grant a node names, mapped for reading and writing.
     *
     * @throws ConnectionFault if the node names none, or the grant does not grant that
     */
    public MemorySegment frame(String name) throws ConnectionFault {
        return map(new GrantRef((int) number(name, 0, MAX_NUMBER)), name);
    }

    /**
     * A frame whose grant is named elsewhere than in a node, mapped for reading and writing.
     *
     * @param name of what it is, for messages
     * @throws ConnectionFault if the grant does not grant that
     */
    public MemorySegment map(GrantRef ref, String name) throws ConnectionFault {
        try {
            return mappings.map(ref, true);
        } catch (GuestFault fault) {
            throw new ConnectionFault("its " + name + ": " + fault.getMessage());
        }
    }

    /**
     * A ring: of one frame, which the node {@code name} names, or of several, for which that has a number at its end, from 0 on.
     * A front end may give the one frame such a node, too.
     *
     * @param name of the node, without the number
     * @param order the number of frames is 2 to the power of this
     * @throws ConnectionFault if a node is missing, or a grant does not grant that
     */
    public SharedPages ring(String name, int order) throws ConnectionFault {
        if (order == 0 && tells(name)) {
            return SharedPages.of(frame(name));
        }
        List<MemorySegment> frames = new ArrayList<>(1 << order);
        for (int i = 0; i < 1 << order; i++) {
            frames.add(frame(name + i));
        }
        return SharedPages.of(frames);
    }

    /**
     * An event channel whose port a node names, bound.
     *
     * @param work what to do when the front end sends
     * @throws ConnectionFault if the port does not wait for Domain 0
     */
    public BackendPort port(String name, Work work) throws ConnectionFault {
        return portRinging(name, bell(work));
    }

    /**
     * An event channel whose port a node names, bound.
     *
     * @param doorbell what rings when the front end sends: of a connection that has a thread of its own
     * @throws ConnectionFault if the port does not wait for Domain 0
     */
    public BackendPort portRinging(String name, Doorbell doorbell) throws ConnectionFault {
        int number = (int) number(name, 1, Integer.MAX_VALUE);
        BackendPort port = host.events().connect(number, doorbell);
        if (port == null) {
            throw new ConnectionFault("its " + name + ", port " + number + ", does not wait for domain 0");
        }
        ports.add(port);
        return port;
    }

    /** A bell by which other threads have the I/O thread do something for the connection. */
    public IoLoop.Bell bell(Work work) {
        IoLoop.Bell bell = host.loop().bell(() -> device.doFor(this, work));
        bells.add(bell);
        return bell;
    }

    /** Watches a file of the host's for changes, as {@link IoLoop#onChange} does, for as long as the connection lasts. */
    public void watch(int fd, Work work) {
        watches.add(host.loop().onChange(fd, () -> device.doFor(this, work)));
    }

    /** Ends the connection for a fault that a thread of its own has found; soon, and once. Any thread. */
    public void end(String reason) {
        fault = reason;
        faultBell.ring();
    }

    /** A thread of the connection's own has met a bug of ours: the I/O thread takes it for its own. Any thread. */
    public void fail(Throwable thrown) {
        failure = thrown;
        faultBell.ring();
    }

    private void endForFault() throws ConnectionFault {
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException("a connection of " + directory + " failed", thrown);
        }
        String reason = fault;
        if (reason != null) {
            throw new ConnectionFault(reason);
        }
    }

    /** Has the guest look at the back end's nodes again: Linux's block driver does, at another Connected. */
    public void announce() {
        device.announce();
    }

    /** Gives all back. */
    void release() {
        for (int i = 0; i < ports.size(); i++) {
            ports.get(i).close();
        }
        for (int i = 0; i < bells.size(); i++) {
            host.loop().remove(bells.get(i));
        }
        for (int i = 0; i < watches.size(); i++) {
            host.loop().remove(watches.get(i));
        }
        watches.clear();
        ports.clear();
        bells.clear();
        mappings.close();
    }
}
