package dev.lodge.vmm;

import java.lang.foreign.MemorySegment;

/**
 * The host's end of a guest's console. Its methods are called on the domain's I/O thread, one at a time, and must not
 * block: whoever is not ready says so and later asks to be called again by {@link ConsolePort#resume}.
 */
public interface Console {

    /** Takes what the guest writes and has nothing to say. */
    Console DISCARD = new Console() {
        @Override
        public int output(MemorySegment bytes) {
            return (int) bytes.byteSize();
        }

        @Override
        public int input(MemorySegment room) {
            return 0;
        }
    };

    /**
     * Called once, before the domain starts.
     *
     * @param port by which to ask for more calls
     */
    default void attached(ConsolePort port) {}

    /**
     * Takes what the guest wrote.
     *
     * @param bytes at least one; valid during the call
     * @return how many were taken, from the front; if not all, the guest is held up until {@link ConsolePort#resume}
     */
    int output(MemorySegment bytes);

    /**
     * Gives what the guest is to read.
     *
     * @param room where to put it, at least one byte; valid during the call
     * @return how many bytes were put; 0 if there are none now
     */
    int input(MemorySegment room);

    /**
     * The guest broke the console's protocol: nothing more comes, and nothing is taken, until it connects anew.
     *
     * @param reason what it did, in one line
     */
    default void lost(String reason) {}
}
