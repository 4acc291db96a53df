package dev.lodge.vmm.backend.xenbus;

import dev.lodge.vmm.store.Permissions;
import dev.lodge.vmm.store.StoreView;

/** A directory of xenstore that describes one end of a device. */
public final class Nodes {

    private final StoreView store;
    private final String directory;
    private final Permissions permissions;

    Nodes(StoreView store, String directory, Permissions permissions) {
        this.store = store;
        this.directory = directory;
        this.permissions = permissions;
    }

    /** Makes sure that the directory is there. */
    void create() {
        store.makeDirectory(directory);
        store.setPermissions(directory, permissions);
    }

    /** Sets a node. */
    public void put(String name, String value) {
        String path = path(name);
        store.write(path, value);
        store.setPermissions(path, permissions);
    }

    /** Sets a node to a number. */
    public void put(String name, long value) {
        put(name, Long.toString(value));
    }

    String path(String name) {
        return directory + "/" + name;
    }
}
