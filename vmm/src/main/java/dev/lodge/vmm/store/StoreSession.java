package dev.lodge.vmm.store;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The typed interface to the store for one part of Domain 0: a back end, a tool, a test.
 *
 * <p>Handlers run in {@link #dispatch}, on the thread that calls it and without the store's lock, so that the part's state
 * stays with its own thread. The tree may be used from any thread.
 */
public final class StoreSession extends StoreView implements AutoCloseable {

    private final SessionClient client;
    private final Map<Watch, WatchHandler> handlers = new HashMap<>();
    private int nextToken;

    StoreSession(Store store, SessionClient client) {
        super(store, client);
        this.client = client;
    }

    @Override
    @Nullable
    Transaction transaction() {
        return null;
    }

    /**
     * Has a handler called for every change at a path or below, and once right away.
     *
     * @param path as for the other methods, or {@code @introduceDomain} or {@code @releaseDomain}
     * @return what ends the watch when closed; no handler is called for events that are not dispatched by then
     */
    public StoreWatch watch(String path, WatchHandler handler) {
        synchronized (store().lock()) {
            try {
                Watch watch = store().watch(client, path, Integer.toString(nextToken++));
                handlers.put(watch, handler);
                client.deliver(watch, watch.ownPath());
                return new StoreWatch(this, watch);
            } catch (StoreException refused) {
                throw new StoreException(refused.error(), path);
            }
        }
    }

    void unwatch(Watch watch) {
        synchronized (store().lock()) {
            client.watches().remove(watch);
            handlers.remove(watch);
        }
    }

    /** Begins a transaction. */
    public StoreTransaction begin() {
        synchronized (store().lock()) {
            return new StoreTransaction(store(), client);
        }
    }

    /** Calls the handlers of all events that wait now. One thread at a time. */
    public void dispatch() {
        while (true) {
            SessionClient.Event event;
            WatchHandler handler;
            synchronized (store().lock()) {
                event = client.take();
                if (event == null) {
                    return;
                }
                handler = handlers.get(event.watch());
            }
            if (handler != null) {
                handler.changed(event.path());
            }
        }
    }

    /** Ends all watches and open transactions; the nodes stay. */
    @Override
    public void close() {
        synchronized (store().lock()) {
            store().disconnect(client);
            handlers.clear();
        }
    }
}
