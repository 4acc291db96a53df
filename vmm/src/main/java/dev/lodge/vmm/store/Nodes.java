package dev.lodge.vmm.store;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes by path, with the count of them by owner, in the tree itself (no transaction) or as a transaction has them.
 * Guarded by the store's lock.
 */
final class Nodes {

    private final Map<String, Node> nodes = new HashMap<>();
    private final Domains domains;
    private long generation;

    Nodes(Domains domains) {
        this.domains = domains;
        Permissions domainZeroOnly = Permissions.of("n0");
        Node leaf = Node.leaf(nextGeneration(), domainZeroOnly, Node.EMPTY);
        nodes.put(Paths.ROOT, leaf.withChild(nextGeneration(), "tool"));
        nodes.put("/tool", leaf.withChild(nextGeneration(), "xenstored"));
        nodes.put("/tool/xenstored", leaf.at(nextGeneration()));
        nodes.put(Paths.RELEASE_DOMAIN, leaf.at(nextGeneration()));
        nodes.put(Paths.INTRODUCE_DOMAIN, leaf.at(nextGeneration()));
        domains.known(0).nodes = nodes.size();
    }

    /** A generation that no node has had. */
    long nextGeneration() {
        return ++generation;
    }

    /** The node, or null; a transaction sees it from now on as it is now. */
    @Nullable
    Node look(@Nullable Transaction transaction, String path) {
        if (transaction == null) {
            return nodes.get(path);
        }
        Transaction.Touched entry = transaction.find(path);
        if (entry == null) {
            entry = transaction.touch(path, nodes.get(path));
        }
        return entry.now;
    }

    /** Sets a node, or removes it with null. */
    void put(@Nullable Transaction transaction, String path, @Nullable Node node) {
        if (transaction != null) {
            transaction.put(path, node);
        } else if (node == null) {
            nodes.remove(path);
        } else {
            nodes.put(path, node);
        }
    }

    /** Notes how many nodes more, or fewer, a domain owns. */
    void count(@Nullable Transaction transaction, int owner, int change) {
        if (transaction != null) {
            transaction.count(owner, change);
        } else {
            domains.known(owner).nodes += change;
        }
    }
}
