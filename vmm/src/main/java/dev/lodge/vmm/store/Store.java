package dev.lodge.vmm.store;

import org.jspecify.annotations.Nullable;

/**
 * One xenstore: the tree, the domains and the clients. Safe for use by many threads; see the package for its lock.
 *
 * <p>A new store holds the root and {@code /tool/xenstored}, as xenstored's does. What else Domain 0 wants in it, it writes
 * through a {@link #session session}.
 */
public final class Store {

    private final Object lock = new Object();
    private final Quotas quotas;
    private final Domains domains = new Domains();
    private final Clients clients = new Clients();
    private final Tree tree = new Tree(domains, clients);

    /** A store with xenstored's quotas. */
    public Store() {
        this(Quotas.DEFAULT);
    }

    /** A store whose guests have these quotas. */
    public Store(Quotas quotas) {
        this.quotas = quotas;
    }

    /**
     * Opens the typed interface for a part of Domain 0.
     *
     * @param onEvents called when events wait for {@link StoreSession#dispatch}; on any thread, with the store's lock held:
     *     it must only wake
     */
    public StoreSession session(Runnable onEvents) {
        synchronized (lock) {
            SessionClient client = new SessionClient(this, onEvents);
            clients.add(client);
            return new StoreSession(this, client);
        }
    }

    /**
     * Lets a domain use the store, and tells watchers of {@code @introduceDomain}.
     *
     * @param domain 1 to 32751, not introduced at present
     * @param onOutput called when a message waits for the domain, or its ring needs a reset; on any thread, with the store's
     *     lock held: it must only wake
     * @throws IllegalStateException if the domain is introduced already
     */
    public WireClient introduce(int domain, Runnable onOutput) {
        if (domain <= 0 || domain >= Requests.DOMID_FIRST_RESERVED) {
            throw new IllegalArgumentException("domain " + domain + " cannot use xenstore: no such number");
        }
        synchronized (lock) {
            Domain known = domains.known(domain);
            if (known.client != null) {
                throw new IllegalStateException("domain " + domain + " uses xenstore already");
            }
            WireClient client = new WireClient(this, domain, onOutput);
            known.client = client;
            known.shutDown = false;
            clients.add(client);
            tree.fireSpecial(Paths.INTRODUCE_DOMAIN);
            return client;
        }
    }

    /** Lets a tool of Domain 0 speak the wire protocol over a socket; {@code onOutput} as for {@link #introduce}. */
    public WireClient connectTool(Runnable onOutput) {
        synchronized (lock) {
            WireClient client = new WireClient(this, 0, onOutput);
            clients.add(client);
            return client;
        }
    }

    /** Tells watchers of {@code @releaseDomain} that a domain has shut down; once, until it is resumed or released. */
    public void shutDown(int domain) {
        synchronized (lock) {
            Domain known = domains.find(domain);
            if (known != null && known.client != null && !known.shutDown) {
                known.shutDown = true;
                tree.fireSpecial(Paths.RELEASE_DOMAIN);
            }
        }
    }

    /**
     * Ends a domain's use of the store: its watches, transactions and nodes go, then watchers of {@code @releaseDomain} are
     * told. Nothing happens if it is not introduced.
     */
    public void release(int domain) {
        synchronized (lock) {
            Domain known = domains.find(domain);
            if (known == null || known.client == null) {
                return;
            }
            disconnect(known.client);
            clients.domainGone(domain);
            tree.domainGone(domain);
            domains.forget(domain);
            tree.fireSpecial(Paths.RELEASE_DOMAIN);
        }
    }

    /** Takes a client off; its watches and transactions go. */
    void disconnect(Client client) {
        client.forgetWatchesAndTransactions();
        clients.remove(client);
        if (client instanceof WireClient wire) {
            wire.markClosed();
        }
    }

    /** Whether a domain may use the store: Domain 0 always. */
    boolean isIntroduced(int domain) {
        Domain known = domains.find(domain);
        return domain == 0 || (known != null && known.client != null);
    }

    /** Adds a watch and fires it once. */
    Watch watch(Client client, String path, String token) {
        String canonical = Paths.canonical(path, client, true);
        if (client.findWatch(canonical, token) != null) {
            throw StoreError.EEXIST.exception();
        }
        if (!client.isPrivileged() && client.watches().size() >= quotas.watches()) {
            throw StoreError.ENOSPC.exception();
        }
        Watch watch = new Watch(client, canonical, token, Paths.isRelative(path));
        client.watches().add(watch);
        return watch;
    }

    Transaction begin(Client client) {
        if (!client.isPrivileged() && client.transactions().size() >= quotas.transactions()) {
            throw StoreError.ENOSPC.exception();
        }
        Transaction transaction = new Transaction(client, client.unusedTransactionId());
        client.transactions().add(transaction);
        return transaction;
    }

    /** Ends a transaction in any case; applies it if asked and possible. */
    void end(Client client, Transaction transaction, boolean commit) {
        client.end(transaction);
        if (commit) {
            tree.commit(client, transaction);
        }
    }

    Object lock() {
        return lock;
    }

    Quotas quotas() {
        return quotas;
    }

    Tree tree() {
        return tree;
    }

    Domains domains() {
        return domains;
    }

    /** The client of an introduced domain, or null. */
    @Nullable
    WireClient clientOf(int domain) {
        Domain known = domains.find(domain);
        return known == null ? null : known.client;
    }
}
