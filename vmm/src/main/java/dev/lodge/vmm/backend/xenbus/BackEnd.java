package dev.lodge.vmm.backend.xenbus;

import dev.lodge.rings.ConnectionFault;

/** One device of some kind: what a kind of split device implements, beside {@link Connection}. */
public interface BackEnd {

    /** The kind's name in xenstore: {@code vbd}, {@code vif}, {@code 9pfs}. */
    String kind();

    /** The device's number among its domain's of that kind. */
    int number();

    /**
     * Tells the device's properties, before a front end is there. What every device has is there already. On the thread that
     * creates the device.
     *
     * @param back what the guest may only read
     * @param front what the guest finds in the front end's directory, which is its own
     */
    void describe(Nodes back, Nodes front);

    /**
     * A front end has told all that it has to tell: take it up. What is taken by way of {@code front} is given back when the
     * connection ends, and also if this fails.
     *
     * @return the connection; it must not have been closed
     * @throws ConnectionFault if the front end tells rubbish
     */
    Connection connect(FrontEnd front) throws ConnectionFault;

    /**
     * Whether the back end stays Connected, with nothing behind it, when a front end goes from Connected to Closed at once: a
     * driver that was unbound, which may find the back end so when it is bound again.
     */
    default boolean staysConnected() {
        return false;
    }

    /** The domain has ended, or the device is unplugged: frees what it has of the host's. More than once is once. */
    default void close() {}
}
