package dev.lodge.vmm.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whoever talks to the store: as which domain, with which watches and transactions. Guarded by the store's lock. */
abstract sealed class Client permits WireClient, SessionClient {

    private final Store store;
    private final int domain;
    private final String basePath;
    private final List<Watch> watches = new ArrayList<>();
    private final List<Transaction> transactions = new ArrayList<>();
    private int nextTransaction = 1;
    private int target;
    long transactionBytes;

    Client(Store store, int domain) {
        this.store = store;
        this.domain = domain;
        this.target = domain;
        this.basePath = Paths.ofDomain(domain).concat("/");
    }

    /** Queues an event and wakes whoever takes it. */
    abstract void deliver(Watch watch, String path);

    final Store store() {
        return store;
    }

    final Quotas quotas() {
        return store.quotas();
    }

    final int domain() {
        return domain;
    }

    /** Domain 0: every permission, no quota. */
    final boolean isPrivileged() {
        return domain == 0;
    }

    final boolean actsFor(int id) {
        return id == domain || id == target;
    }

    /** Lends the client the rights of another domain too: SET_TARGET. */
    final void standInFor(int id) {
        target = id;
    }

    /** What relative paths are appended to; it ends in a slash. */
    final String basePath() {
        return basePath;
    }

    final List<Watch> watches() {
        return watches;
    }

    final List<Transaction> transactions() {
        return transactions;
    }

    final @Nullable Watch findWatch(String path, String token) {
        for (Watch watch : watches) {
            if (watch.path().equals(path) && watch.token().equals(token)) {
                return watch;
            }
        }
        return null;
    }

    final @Nullable Transaction findTransaction(int id) {
        for (Transaction transaction : transactions) {
            if (transaction.id() == id) {
                return transaction;
            }
        }
        return null;
    }

    /** A number that is not 0 and that no open transaction of this client has. */
    final int unusedTransactionId() {
        while (nextTransaction == 0 || findTransaction(nextTransaction) != null) {
            nextTransaction++;
        }
        return nextTransaction++;
    }

    final void end(Transaction transaction) {
        transactions.remove(transaction);
        transactionBytes -= transaction.bytes();
    }

    final void forgetWatchesAndTransactions() {
        watches.clear();
        transactions.clear();
        transactionBytes = 0;
    }
}
