package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The end of a {@link DescriptorRing} that takes requests and answers them, in any order. Confined to one thread at a time;
 * allocates nothing, but for a fault.
 *
 * <pre>
 *   do {
 *       while (ring.take(request)) ... ring.answer(response) ...
 *       if (ring.publish()) notify the front end
 *   } while (ring.moreArrived());
 * </pre>
 *
 * <p>Our indices are kept here and only ever written to shared memory, so the other side gains nothing by changing them.
 */
public final class RingBackEnd {

    private final DescriptorRing ring;
    private int offered; // the front end's req_prod, as last seen and checked
    private int taken;
    private int answered;
    private int published;

    RingBackEnd(DescriptorRing ring) throws ConnectionFault {
        this.ring = ring;
        published = ring.load(DescriptorRing.RSP_PROD);
        answered = published;
        taken = published;
        look();
    }

    /**
     * Copies the next request to {@code request}, as many bytes as that has.
     *
     * @return false if there is none
     * @throws ConnectionFault if the front end's index cannot be true
     */
    public boolean take(MemorySegment request) throws ConnectionFault {
        if (taken == offered) {
            look();
            if (taken == offered) {
                return false;
            }
        }
        ring.readEntry(taken, request);
        taken++;
        return true;
    }

    /**
     * How many requests may be taken now, 0 to the ring's size.
     *
     * @throws ConnectionFault if the front end's index cannot be true
     */
    public int available() throws ConnectionFault {
        look();
        return offered - taken;
    }

    /** How many requests are taken and not yet answered. */
    public int unanswered() {
        return taken - answered;
    }

    private void look() throws ConnectionFault {
        int seen = ring.load(DescriptorRing.REQ_PROD);
        int ahead = seen - answered;
        if (Integer.compareUnsigned(ahead, ring.size()) > 0 || Integer.compareUnsigned(ahead, taken - answered) < 0) {
            throw new ConnectionFault("a ring of " + ring.size() + " entries, with " + (taken - answered)
                    + " requests in progress behind response " + Integer.toUnsignedString(answered)
                    + ", cannot have its req_prod at " + Integer.toUnsignedString(seen));
        }
        offered = seen;
    }

    /**
     * Puts in a response, which the front end does not see yet.
     *
     * @throws IllegalStateException if every request that was taken is answered
     */
    public void answer(MemorySegment response) {
        if (answered == taken) {
            throw new IllegalStateException("a response to no request");
        }
        ring.writeEntry(answered, response);
        answered++;
    }

    /** Shows all responses to the front end; returns whether it asked to be notified of one of them. */
    public boolean publish() {
        if (answered == published) {
            return false;
        }
        int before = published;
        published = answered;
        ring.publish(DescriptorRing.RSP_PROD, answered);
        // Our side: publish rsp_prod, fence, look at rsp_event. Front end's side: publish rsp_event, fence, look at
        // rsp_prod before it sleeps. One of the two sees the other's store.
        VarHandle.fullFence();
        int event = ring.load(DescriptorRing.RSP_EVENT);
        return Integer.compareUnsigned(answered - event, answered - before) < 0;
    }

    /**
     * Asks to be notified of the next request: to be called before going to sleep.
     *
     * @return true if there are requests already: take them, no notification will come
     * @throws ConnectionFault if the front end's index cannot be true
     */
    public boolean moreArrived() throws ConnectionFault {
        return moreArrived(0);
    }

    /**
     * Asks to be notified when more than so many requests wait: of a back end that can do nothing with fewer.
     *
     * @return true if there are more already; no notification will come then
     * @throws ConnectionFault if the front end's index cannot be true
     */
    public boolean moreArrived(int than) throws ConnectionFault {
        if (available() > than) {
            return true;
        }
        ring.publish(DescriptorRing.REQ_EVENT, taken + than + 1);
        // Our side: publish req_event, fence, look at req_prod. Front end's side: publish req_prod, fence, look at
        // req_event. One of the two sees the other's store.
        VarHandle.fullFence();
        return available() > than;
    }
}
