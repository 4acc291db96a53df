package dev.lodge.vmm.backend.xenbus;

/** What a back end does for one front end, from its Connected to its end. */
public interface Connection {

    /** Both ends are Connected now, or the back end is about to say so: begin. */
    void start();

    /**
     * Ends it: when this returns, nothing touches the guest's memory any more. What was taken by way of {@link FrontEnd} is
     * given back by others.
     */
    void close();
}
