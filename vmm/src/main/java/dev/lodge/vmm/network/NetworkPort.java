package dev.lodge.vmm.network;

import org.jspecify.annotations.Nullable;

/**
 * Where the frames of one interface go to and come from: a plug of a switch, a tap device, a process. It knows nothing of who
 * uses it.
 *
 * <p>All methods are called by one thread, that of the interface's owner, and none of them waits.
 */
public interface NetworkPort extends AutoCloseable {

    /** What {@link #send} takes: a frame that needs more must be finished before. */
    Offloads offloads();

    /**
     * Has {@code ready} called when there is something to {@link #receive}, or room again to {@link #send}, or the link has
     * changed. By any thread, at any time, also without a cause. Before all else.
     */
    void attach(Runnable ready);

    /**
     * A file of the host's that becomes readable or writable when {@code ready} would be called, for a port that does not call
     * it by itself; -1 if there is none. It is watched for changes: who uses it goes on until there is nothing more.
     */
    int file();

    /**
     * Sends a frame, or drops it as a wire would.
     *
     * @return false if it cannot be taken now: it is to be offered again, unchanged, when {@code ready} is called
     */
    boolean send(Frame frame);

    /** To be called when there is nothing more to send for now: what was only put together goes out. */
    void flush();

    /** The next frame, which is the caller's, also to be changed, until it asks for another; null if there is none. */
    @Nullable
    Frame receive();

    /** Whether there is anybody at the other end. A port that has lost it does not get it back. */
    boolean isUp();

    /** Takes the interface off. */
    @Override
    void close();
}
