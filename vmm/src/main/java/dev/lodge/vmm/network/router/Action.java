package dev.lodge.vmm.network.router;

/** What a rule does with the frames that it is about. */
public sealed interface Action {

    /** Lets them pass. */
    enum Accept implements Action {
        ACCEPT
    }

    /** Loses them without a word. */
    enum Drop implements Action {
        DROP
    }

    /** Loses them, and tells the sender so: by a reset of TCP, otherwise by ICMP. */
    enum Reject implements Action {
        REJECT
    }

    /**
     * Lets so many bytes a second pass, and drops the rest.
     *
     * @param bytesPerSecond more than 0
     */
    record Rate(long bytesPerSecond) implements Action {}
}
