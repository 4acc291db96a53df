package dev.lodge.vmm.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree as Domain 0 sees and changes it, directly ({@link StoreSession}) or in a {@link StoreTransaction}.
 *
 * <p>Paths are absolute, or relative to {@code /local/domain/0}. Values are UTF-8. Every method throws a
 * {@link StoreException} with EINVAL for a path that is none. Safe for use by many threads.
 */
public abstract sealed class StoreView permits StoreSession, StoreTransaction {

    private static final int LONGEST_VALUE = WireParser.PAYLOAD_MAX;

    private final Store store;
    private final Client client;

    StoreView(Store store, Client client) {
        this.store = store;
        this.client = client;
    }

    /** The transaction to work in, or null for the tree itself; called with the lock held. */
    abstract @Nullable Transaction transaction();

    final Store store() {
        return store;
    }

    /** The value of a node, or null if there is no such node. */
    public final @Nullable String read(String path) {
        byte[] value = readBytes(path);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** The value of a node as bytes, or null if there is no such node; not to be changed. */
    public final byte @Nullable [] readBytes(String path) {
        Node node = find(path);
        return node == null ? null : node.value();
    }

    /** Whether there is such a node. */
    public final boolean exists(String path) {
        return find(path) != null;
    }

    /** The names of a node's children, oldest first; none if there is no such node. */
    public final List<String> list(String path) {
        Node node = find(path);
        return node == null ? List.of() : node.childNames();
    }

    /** Who may do what with a node, or null if there is no such node. */
    public final @Nullable Permissions permissions(String path) {
        Node node = find(path);
        return node == null ? null : node.permissions();
    }

    /** Sets a node's value; creates it and its ancestors as needed, with the permissions of the nearest that is there. */
    public final void write(String path, String value) {
        write(path, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Like {@link #write(String, String)}, with bytes, which become the store's.
     *
     * @throws StoreException E2BIG for more than 4096 bytes, which no reply could carry
     */
    public final void write(String path, byte[] value) {
        if (value.length > LONGEST_VALUE) {
            throw new StoreException(StoreError.E2BIG, path);
        }
        synchronized (store.lock()) {
            try {
                store.tree().write(client, transaction(), canonical(path), value);
            } catch (StoreException refused) {
                throw new StoreException(refused.error(), path);
            }
        }
    }

    /** Makes sure that a node is there, with its ancestors. */
    public final void makeDirectory(String path) {
        synchronized (store.lock()) {
            try {
                store.tree().makeDirectory(client, transaction(), canonical(path));
            } catch (StoreException refused) {
                throw new StoreException(refused.error(), path);
            }
        }
    }

    /** Makes sure that a node, with all below it, is not there. */
    public final void remove(String path) {
        synchronized (store.lock()) {
            try {
                store.tree().remove(client, transaction(), canonical(path));
            } catch (StoreException refused) {
                if (refused.error() != StoreError.ENOENT) {
                    throw new StoreException(refused.error(), path);
                }
            }
        }
    }

    /**
     * Sets who may do what with a node.
     *
     * @throws StoreException ENOENT if there is no such node
     */
    public final void setPermissions(String path, Permissions permissions) {
        synchronized (store.lock()) {
            try {
                String canonical = Paths.canonical(path, client, true);
                store.tree().setPermissions(client, transaction(), canonical, permissions);
            } catch (StoreException refused) {
                throw new StoreException(refused.error(), path);
            }
        }
    }

    private @Nullable Node find(String path) {
        synchronized (store.lock()) {
            try {
                String canonical = Paths.canonical(path, client, true);
                return store.tree().find(client, transaction(), canonical, Permissions.READ);
            } catch (StoreException refused) {
                throw new StoreException(refused.error(), path);
            }
        }
    }

    private String canonical(String path) {
        return Paths.canonical(path, client, false);
    }
}
