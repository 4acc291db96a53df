package dev.lodge.vmm.network;

/** A clock that wakes its owner once. */
public interface Alarm {

    /** Now, in nanoseconds, from some beginning. */
    long now();

    /** Calls the owner at that time, or soon after; an earlier alarm is forgotten. */
    void at(long time);
}
