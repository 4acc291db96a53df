package dev.lodge.vmm.store;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The client behind a {@link StoreSession}: events that wait, each once. Guarded by the store's lock. */
final class SessionClient extends Client {

    /** With this many events waiting, further ones of a watch merge into one on its own path. */
    private static final int MANY = 4096;

    /** Written out, since a record's own {@code equals} and {@code hashCode} are linked when first called, at start-up. */
    record Event(Watch watch, String path) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Event that && watch.equals(that.watch) && path.equals(that.path);
        }

        @Override
        public int hashCode() {
            return 31 * watch.hashCode() + path.hashCode();
        }
    }

    private final Runnable onEvents;
    private final Queue<Event> queue = new ArrayDeque<>();
    private final Set<Event> queued = new HashSet<>();

    SessionClient(Store store, Runnable onEvents) {
        super(store, 0);
        this.onEvents = onEvents;
    }

    @Override
    void deliver(Watch watch, String path) {
        Event event = new Event(watch, queue.size() < MANY ? path : watch.ownPath());
        if (queued.add(event)) {
            queue.add(event);
            if (queue.size() == 1) {
                onEvents.run();
            }
        }
    }

    @Nullable
    Event take() {
        Event event = queue.poll();
        if (event != null) {
            queued.remove(event);
        }
        return event;
    }
}
