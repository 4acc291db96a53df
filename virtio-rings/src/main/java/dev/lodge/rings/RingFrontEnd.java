package dev.lodge.rings;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The end of a {@link DescriptorRing} that puts requests in and takes responses: what a guest's driver does, for tests of back
 * ends and for guests of our own. Confined to one thread at a time; allocates nothing, but for a fault.
 */
public final class RingFrontEnd {

    private final DescriptorRing ring;
    private int put;
    private int published;
    private int offered; // the back end's rsp_prod, as last seen and checked
    private int taken;

    RingFrontEnd(DescriptorRing ring, int index) {
        this.ring = ring;
        put = index;
        published = index;
        offered = index;
        taken = index;
        ring.publish(DescriptorRing.REQ_PROD, index);
        ring.publish(DescriptorRing.RSP_PROD, index);
        ring.publish(DescriptorRing.REQ_EVENT, index + 1);
        ring.publish(DescriptorRing.RSP_EVENT, index + 1);
    }

    /** How many requests may be put in. */
    public int room() {
        return ring.size() - (put - taken);
    }

    /**
     * Puts in a request, which the back end does not see yet.
     *
     * @throws IllegalStateException if the ring is full
     */
    public void put(MemorySegment request) {
        if (room() == 0) {
            throw new IllegalStateException("the ring is full");
        }
        ring.writeEntry(put, request);
        put++;
    }

    /** Shows all requests to the back end; returns whether it asked to be notified of one of them. */
    public boolean publish() {
        if (put == published) {
            return false;
        }
        int before = published;
        published = put;
        ring.publish(DescriptorRing.REQ_PROD, put);
        VarHandle.fullFence(); // see RingBackEnd.moreArrived
        int event = ring.load(DescriptorRing.REQ_EVENT);
        return Integer.compareUnsigned(put - event, put - before) < 0;
    }

    /**
     * Copies the next response to {@code response}, as many bytes as that has.
     *
     * @return false if there is none
     * @throws ConnectionFault if the back end's index cannot be true
     */
    public boolean take(MemorySegment response) throws ConnectionFault {
        if (taken == offered) {
            look();
            if (taken == offered) {
                return false;
            }
        }
        ring.readEntry(taken, response);
        taken++;
        return true;
    }

    private void look() throws ConnectionFault {
        int seen = ring.load(DescriptorRing.RSP_PROD);
        if (Integer.compareUnsigned(seen - taken, published - taken) > 0) {
            throw new ConnectionFault("a ring with " + (published - taken) + " requests in progress behind response "
                    + Integer.toUnsignedString(taken) + " cannot have its rsp_prod at "
                    + Integer.toUnsignedString(seen));
        }
        offered = seen;
    }

    /**
     * Asks to be notified of the next response: to be called before going to sleep.
     *
     * @return true if there are responses already: take them, no notification will come
     * @throws ConnectionFault if the back end's index cannot be true
     */
    public boolean moreArrived() throws ConnectionFault {
        look();
        if (taken != offered) {
            return true;
        }
        ring.publish(DescriptorRing.RSP_EVENT, taken + 1);
        VarHandle.fullFence(); // see RingBackEnd.publish
        look();
        return taken != offered;
    }
}
