package dev.lodge.vmm.store;

/** A watch of a {@link StoreSession}, until it is closed. */
public final class StoreWatch implements AutoCloseable {

    private final StoreSession session;
    private final Watch watch;

    StoreWatch(StoreSession session, Watch watch) {
        this.session = session;
        this.watch = watch;
    }

    @Override
    public void close() {
        session.unwatch(watch);
    }
}
