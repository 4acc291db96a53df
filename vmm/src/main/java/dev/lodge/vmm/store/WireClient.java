package dev.lodge.vmm.store;

import dev.lodge.rings.ByteRingProducer;
import java.nio.ByteBuffer;

/**
 * A client that speaks the wire protocol: a guest over its ring, or a tool over a socket. It has no bytes of its own to move:
 * give it whole requests, and take its output when there is some.
 */
public final class WireClient extends Client implements AutoCloseable {

    /** Bytes that may wait for a tool, which is Domain 0's and has no other quota. */
    private static final int TOOL_BACKLOG = 1 << 20;

    private final Runnable onOutput;
    private final OutputQueue output = new OutputQueue();
    private final Requests requests = new Requests(this, output);
    private boolean handling;
    private boolean closed;
    private boolean resetWanted;

    WireClient(Store store, int domain, Runnable onOutput) {
        super(store, domain);
        this.onOutput = onOutput;
    }

    /**
     * Answers a request, which must be complete. The reply, and events that the client caused itself, wait in the output
     * without a wake-up. Nothing happens once it is closed.
     */
    public void handle(WireParser request) {
        synchronized (store().lock()) {
            if (!closed) {
                handling = true;
                requests.answer(request);
                handling = false;
            }
        }
    }

    /** Whether so many replies wait that no more requests should be read. */
    public boolean isSaturated() {
        synchronized (store().lock()) {
            return output.replies() >= quotas().replies();
        }
    }

    /**
     * Whether the domain was released, the client closed, or a tool let too many events wait: it neither answers nor hears
     * anything any more.
     */
    public boolean isClosed() {
        synchronized (store().lock()) {
            return closed;
        }
    }

    /** Moves output into a buffer; returns whether any was moved. */
    public boolean drainTo(ByteBuffer buffer) {
        synchronized (store().lock()) {
            return output.drainTo(buffer);
        }
    }

    /** Moves output into a ring; returns whether any was moved. */
    boolean drainTo(ByteRingProducer ring) {
        synchronized (store().lock()) {
            return output.drainTo(ring);
        }
    }

    /** Calls the wake-up, to have the ring served again. */
    void wake() {
        onOutput.run();
    }

    /** Forgets watches, transactions and output: the connection starts anew. */
    void reset() {
        synchronized (store().lock()) {
            forgetWatchesAndTransactions();
            output.clear();
            resetWanted = false;
        }
    }

    /** INTRODUCE of a domain that is introduced: its ring starts anew, on the thread that serves it. */
    void requestReset() {
        forgetWatchesAndTransactions();
        output.clear();
        resetWanted = true;
        onOutput.run();
    }

    boolean isResetWanted() {
        synchronized (store().lock()) {
            return resetWanted;
        }
    }

    void markClosed() {
        closed = true;
        output.clear();
    }

    @Override
    void deliver(Watch watch, String path) {
        if (closed) {
            return;
        }
        String told = output.events() < quotas().events() ? path : watch.ownPath();
        if (told.length() + watch.token().length() + 2 > WireParser.PAYLOAD_MAX) {
            return;
        }
        if (isPrivileged() && output.size() > TOOL_BACKLOG) {
            markClosed();
            onOutput.run();
            return;
        }
        boolean wasEmpty = output.isEmpty();
        if (output.event(told, watch.token()) && wasEmpty && !handling) {
            onOutput.run();
        }
    }

    /** Ends a tool's connection; a domain is ended by {@link Store#release}. */
    @Override
    public void close() {
        synchronized (store().lock()) {
            if (domain() == 0) {
                store().disconnect(this);
            }
        }
    }
}
