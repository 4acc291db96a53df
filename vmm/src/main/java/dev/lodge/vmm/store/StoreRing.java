package dev.lodge.vmm.store;

import dev.lodge.rings.ByteRingConsumer;
import dev.lodge.rings.ByteRingProducer;
import dev.lodge.rings.GuestFault;
import java.lang.foreign.MemorySegment;

/**
 * Serves a guest's xenstore ring page. Confined to one thread, that of the domain's I/O.
 *
 * <p>Request bytes are taken as they come, header and body apart if need be: Linux writes them separately and waits for the
 * first to be taken. Replies are written as room allows; while many wait, no request is read.
 */
public final class StoreRing {

    /** Requests answered in one call, so that one guest cannot keep its thread from its other devices. */
    private static final int REQUESTS_PER_CALL = 64;

    private final StorePage page;
    private final WireClient client;
    private final WireParser parser = new WireParser();
    private final ByteRingConsumer requests;
    private final ByteRingProducer responses;
    private boolean broken;

    /**
     * Takes up a ring where its indices stand and offers the server's features.
     *
     * @param memory the guest's xenstore page, 4096 bytes
     * @param client the domain's client, which this alone serves from now on
     */
    public StoreRing(MemorySegment memory, WireClient client) {
        this.page = new StorePage(memory);
        this.client = client;
        this.requests = page.requests().newConsumer();
        this.responses = page.responses().newProducer();
        page.offerFeatures();
    }

    /**
     * Moves what can be moved. Call it when the guest notified and when the client's wake-up asked for it.
     *
     * <p>A message longer than the protocol allows breaks the connection, as in xenstored: the page says so and nothing is
     * read or written until the guest reconnects.
     *
     * @return whether the guest must be notified
     * @throws GuestFault if the guest's ring indices are impossible; the connection is broken then, too
     */
    public boolean service() {
        if (client.isClosed()) {
            return false;
        }
        if (page.reconnectionAsked() || client.isResetWanted()) {
            reconnect();
            return true;
        }
        if (broken) {
            return false;
        }
        try {
            return move();
        } catch (WireProtocolException violation) {
            fail(StorePage.ERROR_PROTOCOL);
            return true;
        } catch (GuestFault fault) {
            fail(StorePage.ERROR_RING_INDEX);
            throw fault;
        }
    }

    /** Whether the guest broke the protocol and has not reconnected since. */
    public boolean isBroken() {
        return broken;
    }

    private boolean move() {
        boolean wrote = client.drainTo(responses);
        int answered = 0;
        boolean more = true;
        while (more) {
            while (!client.isSaturated() && answered < REQUESTS_PER_CALL && parser.accept(requests)) {
                client.handle(parser);
                parser.next();
                answered++;
                wrote |= client.drainTo(responses);
            }
            if (client.isSaturated()) {
                more = responses.roomAppeared() && client.drainTo(responses);
                wrote |= more;
            } else if (answered < REQUESTS_PER_CALL) {
                more = requests.moreArrived();
            } else {
                client.wake();
                more = false;
            }
        }
        // Every piece of output is announced, as docs/misc/xenstore-ring.txt asks: some guests leave half a message in
        // the
        // ring until more comes. Room is announced only to a guest that saw none, which spares one interrupt a request.
        boolean roomAwaited = requests.producerMayWait();
        return wrote || roomAwaited;
    }

    private void reconnect() {
        client.reset();
        parser.next();
        requests.reset();
        responses.reset();
        broken = false;
        page.confirmConnection();
    }

    private void fail(int error) {
        broken = true;
        client.reset();
        parser.next();
        page.reportError(error);
    }
}
