package dev.lodge.vmm.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, and what clients may do with them, in the tree itself or in a transaction. Guarded by the store's lock.
 *
 * <p>A transaction that touches a node before, and its parent after, another change may see one without the other. Nothing
 * here minds: since the change gave at least one of them a new generation, such a transaction conflicts at its end.
 *
 * <p>Every method takes the client that asks, its transaction or null, and a canonical path. Permissions count at the node
 * alone; where a node does not exist they count at its nearest ancestor, and a client without them is not even told that
 * the node is missing.
 */
final class Tree {

    private final Domains domains;
    private final Nodes nodes;
    private final Events events;

    Tree(Domains domains, Clients clients) {
        this.domains = domains;
        this.nodes = new Nodes(domains);
        this.events = new Events(clients, nodes);
    }

    /**
     * The node, if the client has the rights needed.
     *
     * @throws StoreException EACCES without the rights; ENOENT if there is no such node
     */
    Node get(Client client, @Nullable Transaction transaction, String path, int needed) {
        Node node = find(client, transaction, path, needed);
        if (node == null) {
            throw StoreError.ENOENT.exception();
        }
        return node;
    }

    /** Like {@link #get}, but null if there is no such node and the client may know that. */
    @Nullable
    Node find(Client client, @Nullable Transaction transaction, String path, int needed) {
        Node node = nodes.look(transaction, path);
        if (node != null) {
            if ((node.permissions().rightsOf(client) & needed) != needed) {
                throw StoreError.EACCES.exception();
            }
            return node;
        }
        Node ancestor = null;
        String at = path;
        while (ancestor == null) {
            at = Paths.parent(at);
            ancestor = nodes.look(transaction, at);
        }
        if ((ancestor.permissions().rightsOf(client) & needed) == 0) {
            throw StoreError.EACCES.exception();
        }
        return null;
    }

    /** WRITE: sets a node's value; creates it, and its ancestors, if it is not there. */
    void write(Client client, @Nullable Transaction transaction, String path, byte[] value) {
        Node node = find(client, transaction, path, Permissions.WRITE);
        if (node == null) {
            create(client, transaction, path, value);
        } else {
            Node changed = node.withValue(nodes.nextGeneration(), value);
            checkSize(client, changed);
            nodes.put(transaction, path, changed);
        }
        events.changed(transaction, path, nodes.look(transaction, path), false, null);
    }

    /** MKDIR: creates a node, and its ancestors, if it is not there. */
    void makeDirectory(Client client, @Nullable Transaction transaction, String path) {
        if (find(client, transaction, path, Permissions.WRITE) == null) {
            create(client, transaction, path, Node.EMPTY);
            events.changed(transaction, path, nodes.look(transaction, path), false, null);
        }
    }

    /**
     * RM: removes a node and all below it.
     *
     * @throws StoreException ENOENT if neither the node nor its parent is there; EINVAL for the root
     */
    void remove(Client client, @Nullable Transaction transaction, String path) {
        Node node = find(client, transaction, path, Permissions.WRITE);
        if (node == null) {
            if (nodes.look(transaction, Paths.parent(path)) == null) {
                throw StoreError.ENOENT.exception();
            }
        } else if (path.equals(Paths.ROOT)) {
            throw StoreError.EINVAL.exception();
        } else {
            removeSubtree(transaction, path, node);
        }
    }

    /**
     * SET_PERMS.
     *
     * @throws StoreException EACCES unless the client owns the node; EPERM if it would give the node away; ENOSPC for too
     *     many entries; ENOENT if the new owner is no domain
     */
    void setPermissions(Client client, @Nullable Transaction transaction, String path, Permissions permissions) {
        if (!client.isPrivileged()
                && permissions.entries().size() > client.quotas().permissions()) {
            throw StoreError.ENOSPC.exception();
        }
        Permissions checked = domains.check(client, permissions);
        Node node = get(client, transaction, path, Permissions.WRITE | Permissions.OWN);
        Permissions before = node.permissions();
        if (!client.isPrivileged() && checked.owner() != before.owner()) {
            throw StoreError.EPERM.exception();
        }
        Node changed = node.withPermissions(nodes.nextGeneration(), checked);
        checkSize(client, changed);
        nodes.put(transaction, path, changed);
        nodes.count(transaction, before.owner(), -1);
        nodes.count(transaction, checked.owner(), 1);
        events.changed(transaction, path, changed, false, before);
    }

    /**
     * Applies a transaction.
     *
     * @throws StoreException EAGAIN if it conflicts; ENOSPC if a domain would own too many nodes; ENOMEM if it failed
     *     before
     */
    void commit(Client client, Transaction transaction) {
        if (transaction.hasFailed()) {
            throw StoreError.ENOMEM.exception();
        }
        if (transaction.hasCreated() && !client.isPrivileged()) {
            domains.checkNodes(transaction, client.quotas().nodes());
        }
        for (Transaction.Touched entry : transaction.touched()) {
            Node node = nodes.look(null, entry.path);
            long now = node == null ? Transaction.ABSENT : node.generation();
            if (transaction.isOutdated() || entry.generationBefore() != now) {
                throw StoreError.EAGAIN.exception();
            }
        }
        for (Transaction.Touched entry : transaction.touched()) {
            if (entry.modified) {
                nodes.put(null, entry.path, entry.now == null ? null : entry.now.at(nodes.nextGeneration()));
            }
        }
        for (Map.Entry<Integer, Integer> change : transaction.nodesByOwner().entrySet()) {
            domains.known(change.getKey()).nodes += change.getValue();
        }
        for (Transaction.Touched entry : transaction.touched()) {
            if (entry.fires) {
                Permissions before = entry.before == null ? null : entry.before.permissions();
                events.changed(null, entry.path, null, entry.firesExactly, before);
            }
        }
    }

    /** Removes what a domain owned, and its name from all permissions, so that its successor inherits nothing. */
    void domainGone(int domain) {
        sweep(domain, Paths.ROOT);
        sweep(domain, Paths.RELEASE_DOMAIN);
        sweep(domain, Paths.INTRODUCE_DOMAIN);
    }

    private void sweep(int domain, String path) {
        Node node = nodes.look(null, path);
        if (node == null) {
            return;
        }
        if (node.permissions().owner() == domain && path.charAt(0) == '/' && path.length() > 1) {
            removeSubtree(null, path, node);
            return;
        }
        if (node.permissions().mention(domain)) {
            Permissions kept = node.permissions().without(domain);
            if (kept.owner() == domain) {
                kept = kept.ownedBy(0);
                nodes.count(null, domain, -1);
                nodes.count(null, 0, 1);
            }
            nodes.put(null, path, node.withPermissions(nodes.nextGeneration(), kept));
        }
        for (String name : node.childNames()) {
            sweep(domain, Paths.child(path, name));
        }
    }

    /** Tells those who may know of a special event: {@link Paths#INTRODUCE_DOMAIN} or {@link Paths#RELEASE_DOMAIN}. */
    void fireSpecial(String name) {
        events.changed(null, name, null, true, null);
    }

    private void create(Client client, @Nullable Transaction transaction, String path, byte[] value) {
        int missing = 0;
        String at = path;
        Node ancestor = null;
        while (ancestor == null) {
            at = Paths.parent(at);
            ancestor = nodes.look(transaction, at);
            missing++;
        }
        Permissions inherited = ancestor.permissions();
        if (!client.isPrivileged()) {
            inherited = inherited.ownedBy(client.domain());
            int owned = domains.known(client.domain()).nodes;
            int pending = transaction == null ? 0 : transaction.nodesOf(client.domain());
            if (owned + pending + missing > client.quotas().nodes()) {
                throw StoreError.ENOSPC.exception();
            }
        }
        int start = at.length() == 1 ? 1 : at.length() + 1;
        int end = endOfPart(path, start);
        Node parent = ancestor.withChild(nodes.nextGeneration(), path.substring(start, end));
        checkSize(client, parent);
        Node leaf = Node.leaf(nodes.nextGeneration(), inherited, value);
        checkSize(client, leaf);
        checkBetween(client, inherited, path, end);

        if (transaction != null) {
            transaction.noteCreation();
        }
        nodes.put(transaction, at, parent);
        while (end < path.length()) {
            int next = endOfPart(path, end + 1);
            Node middle = Node.leaf(0, inherited, Node.EMPTY)
                    .withChild(nodes.nextGeneration(), path.substring(end + 1, next));
            nodes.put(transaction, path.substring(0, end), middle);
            end = next;
        }
        nodes.put(transaction, path, leaf);
        nodes.count(transaction, inherited.owner(), missing);
    }

    /** Checks the size of the new nodes above the last, each of which has the next part of the path as its only child. */
    private static void checkBetween(Client client, Permissions inherited, String path, int from) {
        if (client.isPrivileged()) {
            return;
        }
        int childless = Node.leaf(0, inherited, Node.EMPTY).size();
        int end = from;
        while (end < path.length()) {
            int next = endOfPart(path, end + 1);
            if (childless + next - end > client.quotas().nodeSize()) {
                throw StoreError.ENOSPC.exception();
            }
            end = next;
        }
    }

    /** Where the part of a path that starts at an index ends. */
    private static int endOfPart(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    private void removeSubtree(@Nullable Transaction transaction, String path, Node node) {
        removeBelow(transaction, path, node);
        removeOne(transaction, path, node, false);
        String above = Paths.parent(path);
        Node parent = nodes.look(transaction, above);
        if (parent != null) {
            nodes.put(transaction, above, parent.withoutChild(nodes.nextGeneration(), Paths.base(path)));
        } else if (transaction == null) {
            throw new AssertionError(path + " has no parent");
        }
    }

    private void removeBelow(@Nullable Transaction transaction, String path, Node node) {
        for (String name : node.childNames()) {
            String childPath = Paths.child(path, name);
            Node child = nodes.look(transaction, childPath);
            if (child == null) {
                continue;
            }
            removeBelow(transaction, childPath, child);
            removeOne(transaction, childPath, child, true);
        }
    }

    private void removeOne(@Nullable Transaction transaction, String path, Node node, boolean exactly) {
        nodes.put(transaction, path, null);
        nodes.count(transaction, node.permissions().owner(), -1);
        events.changed(transaction, path, node, exactly, null);
    }

    private static void checkSize(Client client, Node node) {
        if (!client.isPrivileged() && node.size() > client.quotas().nodeSize()) {
            throw StoreError.ENOSPC.exception();
        }
    }
}
