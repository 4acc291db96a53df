package dev.lodge.vmm.store;

import org.jspecify.annotations.Nullable;

/** Changes by Domain 0 that show all at once or not at all. Closing it without a commit forgets them. */
public final class StoreTransaction extends StoreView implements AutoCloseable {

    private final SessionClient client;
    private @Nullable Transaction transaction;

    StoreTransaction(Store store, SessionClient client) {
        super(store, client);
        this.client = client;
        this.transaction = store.begin(client);
    }

    @Override
    @Nullable
    Transaction transaction() {
        if (transaction == null) {
            throw new IllegalStateException("the xenstore transaction has ended");
        }
        return transaction;
    }

    /**
     * Applies the changes.
     *
     * @return false if something it looked at has changed meanwhile: nothing is applied, begin anew
     * @throws IllegalStateException if it has ended
     */
    public boolean commit() {
        synchronized (store().lock()) {
            Transaction ending = transaction();
            transaction = null;
            try {
                if (ending != null) {
                    store().end(client, ending, true);
                }
                return true;
            } catch (StoreException refused) {
                if (refused.error() == StoreError.EAGAIN) {
                    return false;
                }
                throw new StoreException(refused.error(), "transaction");
            }
        }
    }

    @Override
    public void close() {
        synchronized (store().lock()) {
            if (transaction != null) {
                store().end(client, transaction, false);
                transaction = null;
            }
        }
    }
}
