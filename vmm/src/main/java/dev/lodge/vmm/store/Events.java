package dev.lodge.vmm.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the watches that a change concerns. Guarded by the store's lock.
 *
 * <p>A client hears of a change if it may read the node or the node's parent, or could read the node before the change.
 */
final class Events {

    private final Clients clients;
    private final Nodes nodes;

    Events(Clients clients, Nodes nodes) {
        this.clients = clients;
        this.nodes = nodes;
    }

    /**
     * Tells of a change, or has the transaction tell of it at its end.
     *
     * @param node the node as changed, or as it was before its removal; null to look it up
     * @param exactly whether only watches on this very path are meant, not those above it
     * @param before the permissions before the change, if they changed
     */
    void changed(
            @Nullable Transaction transaction,
            String path,
            @Nullable Node node,
            boolean exactly,
            @Nullable Permissions before) {
        if (transaction != null) {
            transaction.queueEvent(path, exactly);
            return;
        }
        List<Client> all = clients.all();
        for (int i = 0; i < all.size(); i++) {
            fire(all.get(i), path, node, exactly, before);
        }
    }

    private void fire(Client client, String path, @Nullable Node node, boolean exactly, @Nullable Permissions before) {
        List<Watch> watches = client.watches();
        boolean allowed = false;
        for (int i = 0; i < watches.size(); i++) {
            Watch watch = watches.get(i);
            if (watch.matches(path, exactly)) {
                allowed = allowed || mayHear(client, path, node, before);
                if (!allowed) {
                    return;
                }
                watch.fire(path);
            }
        }
    }

    private boolean mayHear(Client client, String path, @Nullable Node node, @Nullable Permissions before) {
        if (before != null && mayRead(client, before)) {
            return true;
        }
        Node changed = node == null ? nodes.look(null, path) : node;
        if (changed == null) {
            return false;
        }
        Node parent = nodes.look(null, Paths.parent(path));
        return mayRead(client, changed.permissions()) || (parent != null && mayRead(client, parent.permissions()));
    }

    private static boolean mayRead(Client client, Permissions permissions) {
        return (permissions.rightsOf(client) & Permissions.READ) != 0;
    }
}
