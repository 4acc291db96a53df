package dev.lodge.vmm.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes that show all at once or not at all. Guarded by the store's lock.
 *
 * <p>It sees each node as it was when it first touched it. It conflicts when a node that it touched has another generation
 * in the tree at the end, as in xenstored. Since nodes are immutable, touching one costs a reference to it.
 */
final class Transaction {

    /** The generation of a node that is not there. */
    static final long ABSENT = -1;

    /** A node as first seen, and as the transaction has it now. */
    static final class Touched {
        final String path;
        final @Nullable Node before;

        @Nullable
        Node now;

        boolean modified;
        boolean fires;
        boolean firesExactly;

        Touched(String path, @Nullable Node before) {
            this.path = path;
            this.before = before;
            this.now = before;
        }

        long generationBefore() {
            return before == null ? ABSENT : before.generation();
        }

        int changedBytes() {
            return modified && now != null ? now.size() : 0;
        }
    }

    private final Client client;
    private final int id;
    private final Map<String, Touched> touched = new LinkedHashMap<>();
    private final Map<Integer, Integer> nodesByOwner = new HashMap<>();
    private boolean created;
    private boolean failed;
    private boolean outdated;
    private long bytes;

    Transaction(Client client, int id) {
        this.client = client;
        this.id = id;
    }

    int id() {
        return id;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    Touched find(String path) {
        return touched.get(path);
    }

    /**
     * Notes a node of the tree, or its absence.
     *
     * @throws StoreException ENOSPC if the transaction then touches too much; it can only be aborted after that
     */
    Touched touch(String path, @Nullable Node node) {
        if (!client.isPrivileged() && touched.size() >= client.quotas().transactionNodes()) {
            throw fail();
        }
        charge(path.length());
        Touched entry = new Touched(path, node);
        touched.put(path, entry);
        return entry;
    }

    void put(String path, @Nullable Node node) {
        Touched entry = touched.get(path);
        if (entry == null) {
            throw new AssertionError("a transaction changes " + path + " without having looked at it");
        }
        int before = entry.changedBytes();
        entry.now = node;
        entry.modified = true;
        charge(entry.changedBytes() - before);
    }

    private void charge(int more) {
        if (!client.isPrivileged()
                && more > 0
                && client.transactionBytes + more > client.quotas().transactionBytes()) {
            throw fail();
        }
        bytes += more;
        client.transactionBytes += more;
    }

    private StoreException fail() {
        failed = true;
        return StoreError.ENOSPC.exception();
    }

    void queueEvent(String path, boolean exactly) {
        Touched entry = touched.get(path);
        if (entry != null) {
            entry.firesExactly = exactly && (entry.firesExactly || !entry.fires);
            entry.fires = true;
        }
    }

    void count(int owner, int nodes) {
        nodesByOwner.put(owner, nodesOf(owner) + nodes);
    }

    int nodesOf(int owner) {
        Integer nodes = nodesByOwner.get(owner);
        return nodes == null ? 0 : nodes;
    }

    Map<Integer, Integer> nodesByOwner() {
        return nodesByOwner;
    }

    Collection<Touched> touched() {
        return touched.values();
    }

    void noteCreation() {
        created = true;
    }

    boolean hasCreated() {
        return created;
    }

    boolean hasFailed() {
        return failed;
    }

    boolean isOutdated() {
        return outdated;
    }

    /** Makes the end conflict if a domain that goes away is named in what the transaction would write. */
    void domainGone(int domain) {
        for (Touched entry : touched.values()) {
            if (entry.modified && entry.now != null && entry.now.permissions().mention(domain)) {
                outdated = true;
            }
        }
    }
}
