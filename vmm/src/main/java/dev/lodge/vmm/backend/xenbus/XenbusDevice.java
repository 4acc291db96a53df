package dev.lodge.vmm.backend.xenbus;

import dev.lodge.linux.LinuxException;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.store.Permissions;
import dev.lodge.vmm.store.StoreSession;
import dev.lodge.vmm.store.StoreWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one device, seen from its back end: it waits for a front end, is connected, is closed, waits again ({@link
 * Handshake}). A front end that jumps, tells rubbish or lies on its ring loses its connection, and finds why in the back end's
 * {@code error} node; it may begin anew.
 *
 * <pre>
 *   /local/domain/0/backend/KIND/DOMID/NUMBER    frontend, frontend-id, online, state, [error], what the kind tells
 *   /local/domain/DOMID/device/KIND/NUMBER       backend, backend-id, state, what the kind tells, what the guest tells
 * </pre>
 *
 * <p>When {@code online} is set to 0, here or by a tool, the device is unplugged: once the front end is Closed, its nodes go.
 *
 * <p>On the domain's I/O thread, but for the constructor before it runs and {@link #close} after it.
 */
public final class XenbusDevice {

    private static final Logger LOG = LoggerFactory.getLogger(XenbusDevice.class);

    private final XenbusHost host;
    private final StoreSession store;
    private final BackEnd kind;
    private final String frontend;
    private final String backend;
    private final Nodes back;
    private final StoreWatch stateWatch;
    private final StoreWatch onlineWatch;

    private XenbusState frontState = XenbusState.INITIALISING;
    private XenbusState state = XenbusState.INIT_WAIT;
    private @Nullable FrontEnd front;
    private @Nullable Connection connection;
    private boolean unplugged;
    private boolean gone;
    private boolean complained;

    /** Writes the device into the store and waits for its front end. */
    public XenbusDevice(XenbusHost host, BackEnd kind) {
        this.host = host;
        this.kind = kind;
        store = host.store();
        int domid = host.domid();
        String place = "/" + kind.kind() + "/";
        frontend = "/local/domain/" + domid + "/device" + place + kind.number();
        backend = "/local/domain/0/backend" + place + domid + "/" + kind.number();

        Permissions backendOwned = Permissions.of("n" + DomainIds.DOMID_0, "r" + domid);
        back = new Nodes(store, backend, backendOwned);
        back.create();
        back.put("frontend", frontend);
        back.put("frontend-id", domid);
        back.put("online", 1);
        new Nodes(store, "/local/domain/" + domid + "/device/" + kind.kind(), backendOwned).create();
        Nodes frontNodes = new Nodes(store, frontend, Permissions.of("n" + domid, "r" + DomainIds.DOMID_0));
        frontNodes.create();
        frontNodes.put("backend", backend);
        frontNodes.put("backend-id", DomainIds.DOMID_0);
        kind.describe(back, frontNodes);
        frontNodes.put("state", XenbusState.INITIALISING.text());
        back.put("state", state.text());

        stateWatch = store.watch(frontend + "/state", path -> frontendChanged());
        onlineWatch = store.watch(backend + "/online", path -> onlineChanged());
    }

    /** Whether both ends are connected. */
    public boolean isConnected() {
        return connection != null;
    }

    /** Whether it was unplugged and nothing is left of it. */
    public boolean isGone() {
        return gone;
    }

    /** See {@link FrontEnd#announce}. */
    void announce() {
        if (state == XenbusState.CONNECTED) {
            store.write(backend + "/state", state.text());
        }
    }

    /** Takes the device away from the guest, as soon as that lets go of it. Any thread. */
    public void unplug() {
        store.write(backend + "/online", "0");
    }

    private void onlineChanged() {
        if (unplugged || !"0".equals(store.read(backend + "/online"))) {
            return;
        }
        unplugged = true;
        if (connection == null) {
            releaseAndBe(XenbusState.CLOSED);
        } else {
            setState(XenbusState.CLOSING);
        }
    }

    private void frontendChanged() {
        if (gone) {
            return;
        }
        String text = store.read(frontend + "/state");
        XenbusState now = XenbusState.of(text);
        XenbusState before = frontState;
        frontState = now == null ? XenbusState.UNKNOWN : now;
        switch (Handshake.answer(before, now, state)) {
            case STAY -> {
                // more is to come
            }
            case WAIT -> releaseAndBe(unplugged ? XenbusState.CLOSED : XenbusState.INIT_WAIT);
            case CONNECT -> connect();
            case CLOSING -> setState(XenbusState.CLOSING); // a Linux that shuts down waits five seconds for this
            case CLOSED -> releaseAndBe(XenbusState.CLOSED);
            case LEFT -> releaseAndBe(kind.staysConnected() && !unplugged ? XenbusState.CONNECTED : XenbusState.CLOSED);
            case REFUSE ->
                lose("its state is " + (text == null ? "gone" : "'" + Numbers.shown(text) + "'") + " after " + before
                        + ", while the back end's is " + state);
        }
    }

    private void connect() {
        if (unplugged) {
            return;
        }
        FrontEnd candidate = new FrontEnd(this, host, frontend, back);
        front = candidate;
        attempt(() -> {
            Connection made = kind.connect(candidate);
            connection = made;
            store.remove(back.path("error"));
            setState(XenbusState.CONNECTED);
            made.start();
        });
    }

    /** Does what a connection is rung for, if it is still this one. */
    void doFor(FrontEnd rung, Work work) {
        if (rung == front && connection != null) {
            attempt(work);
        }
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (ConnectionFault fault) {
            lose(fault.reason());
        } catch (GuestFault | LinuxException fault) {
            lose(String.valueOf(fault.getMessage()));
        }
    }

    private void lose(String reason) {
        if (complained) {
            LOG.debug("{} lost its connection: {}", frontend, reason);
        } else {
            complained = true; // a guest may do this again and again
            LOG.warn("{} lost its connection: {}", frontend, reason);
        }
        back.put("error", reason);
        releaseAndBe(frontState == XenbusState.CLOSED ? XenbusState.CLOSED : XenbusState.CLOSING);
    }

    private void releaseAndBe(XenbusState next) {
        release();
        setState(next);
        if (unplugged && next == XenbusState.CLOSED) {
            gone = true;
            stateWatch.close();
            onlineWatch.close();
            store.remove(frontend);
            store.remove(backend);
            kind.close();
        }
    }

    private void release() {
        Connection ended = connection;
        FrontEnd left = front;
        connection = null;
        front = null;
        if (ended != null) {
            ended.close();
        }
        if (left != null) {
            left.release();
        }
    }

    private void setState(XenbusState next) {
        if (next != state) {
            state = next;
            store.write(backend + "/state", next.text());
        }
    }

    /** The domain has ended: gives back what it has of the guest's. After the I/O thread has ended. */
    public void close() {
        release();
        kind.close();
    }
}
