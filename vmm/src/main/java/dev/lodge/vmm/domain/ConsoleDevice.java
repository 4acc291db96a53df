package dev.lodge.vmm.domain;

import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.backend.console.ConsoleBackend;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantMappings;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.store.Permissions;
import dev.lodge.vmm.store.StoreSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A console beyond the first, {@code hvc1} and up: found by the guest in xenstore and connected by the handshake of
 * {@code xen/include/public/io/xenbus.h}.
 *
 * <pre>
 *   front end: Initialising -> Initialised (ring-ref, port) -> Connected ... Closing -> Closed -> Initialising ...
 *   back end:  InitWait -------------------------> Connected ............ Closing -> Closed -> InitWait ...
 * </pre>
 *
 * A front end that names what it has not, or lies about its ring, loses its connection: the back end is Closed until it
 * begins anew.
 *
 * All on the domain's I/O thread.
 */
final class ConsoleDevice {

    private static final String INIT_WAIT = "2";
    private static final String CONNECTED = "4";
    private static final String CLOSING = "5";
    private static final String CLOSED = "6";

    private static final int FRONT_INITIALISING = 1;
    private static final int FRONT_INITIALISED = 3;
    private static final int FRONT_CONNECTED = 4;
    private static final int FRONT_CLOSING = 5;
    private static final int FRONT_CLOSED = 6;

    private final StoreSession store;
    private final GrantMappings mappings;
    private final EventChannels events;
    private final Console host;
    private final IoLoop.Bell bell;
    private final String frontend;
    private final String backend;

    private String state = INIT_WAIT;
    private @Nullable ConsoleBackend connected;
    private @Nullable BackendPort port;

    /** Writes the device into the store, with the nodes that Xen's tools (libxl) write for a console beyond the first; {@link #frontendChanged} is called when the front end's state changes. */
    ConsoleDevice(
            int domid,
            int index,
            StoreSession store,
            GrantTable grants,
            EventChannels events,
            IoLoop loop,
            Console host) {
        this.store = store;
        mappings = new GrantMappings(grants);
        this.events = events;
        this.host = host;
        bell = loop.bell(this::move);
        host.attached(bell::ring);
        frontend = DomainNodes.home(domid) + "/device/console/" + index;
        backend = "/local/domain/0/backend/console/" + domid + "/" + index;

        Permissions backendOwned = Permissions.of("n0", "r" + domid);
        Permissions frontendOwned = Permissions.of("n" + domid, "r0");
        DomainNodes.directory(store, backend, backendOwned);
        DomainNodes.put(store, backend + "/frontend", frontend, backendOwned);
        DomainNodes.put(store, backend + "/frontend-id", Integer.toString(domid), backendOwned);
        DomainNodes.put(store, backend + "/online", "1", backendOwned);
        DomainNodes.put(store, backend + "/protocol", "vt100", backendOwned);
        DomainNodes.put(store, backend + "/state", INIT_WAIT, backendOwned);
        DomainNodes.directory(store, DomainNodes.home(domid) + "/device/console", backendOwned);
        DomainNodes.directory(store, frontend, frontendOwned);
        DomainNodes.put(store, frontend + "/backend", backend, frontendOwned);
        DomainNodes.put(store, frontend + "/backend-id", "0", frontendOwned);
        DomainNodes.put(store, frontend + "/limit", "1048576", backendOwned);
        DomainNodes.put(store, frontend + "/type", "ioemu", backendOwned);
        DomainNodes.put(store, frontend + "/output", "pty", backendOwned);
        DomainNodes.put(store, frontend + "/tty", "", backendOwned);
        DomainNodes.put(store, frontend + "/protocol", "vt100", frontendOwned);
        DomainNodes.put(store, frontend + "/state", "1", frontendOwned);
        store.watch(frontend + "/state", path -> frontendChanged());
    }

    private void frontendChanged() {
        switch (stateOf(store.read(frontend + "/state"))) {
            case FRONT_INITIALISING -> { // also of a kernel that was started in the place of another
                release();
                setState(INIT_WAIT);
            }
            case FRONT_INITIALISED, FRONT_CONNECTED -> connect();
            case FRONT_CLOSING -> setState(CLOSING); // a Linux that shuts down waits five seconds for this
            case FRONT_CLOSED -> {
                release();
                setState(CLOSED);
            }
            default -> {
                // not ready yet
            }
        }
    }

    private void connect() {
        if (connected != null) {
            return;
        }
        int remote = number(store.read(frontend + "/port"));
        GrantRef ref = new GrantRef(number(store.read(frontend + "/ring-ref")));
        BackendPort bound = events.connect(remote, bell);
        if (bound == null) {
            disconnect("port " + remote + " does not wait for domain 0");
            return;
        }
        port = bound;
        ConsoleBackend console;
        try {
            console = new ConsoleBackend(mappings.map(ref, true), host);
        } catch (GuestFault fault) {
            disconnect(String.valueOf(fault.getMessage()));
            return;
        }
        console.connect(bound);
        connected = console;
        setState(CONNECTED);
        move();
    }

    private void disconnect(String reason) {
        LoggerFactory.getLogger(ConsoleDevice.class).debug("{} is disconnected: {}", frontend, reason);
        release();
        setState(CLOSED);
    }

    /** Gives back what it has of the guest's memory. After the I/O thread has ended. */
    void close() {
        release();
    }

    private void release() {
        if (port != null) {
            port.close();
        }
        mappings.close();
        port = null;
        connected = null;
    }

    private void setState(String to) {
        if (!to.equals(state)) {
            state = to;
            store.write(backend + "/state", to);
        }
    }

    void move() {
        if (connected != null) {
            connected.move();
            if (connected.isLost()) {
                disconnect("the indices of its ring cannot be true");
            }
        }
    }

    boolean isDrained() {
        return connected == null || connected.isDrained();
    }

    private static int stateOf(@Nullable String text) {
        return text != null && text.length() == 1 ? text.charAt(0) - '0' : 0;
    }

    /** A decimal number from a guest, or -1, which names nothing. */
    private static int number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 9) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
