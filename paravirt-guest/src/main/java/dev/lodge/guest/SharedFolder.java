package dev.lodge.guest;

/**
 * A folder of the host that the agent mounts before it runs the command, over Xen's 9pfs.
 *
 * @param tag what the device is called in xenstore
 * @param path where in the guest, from its root; {@code /} makes the folder the guest's root, what is written kept in memory
 * @param readOnly whether the guest may not write to it
 */
public record SharedFolder(String tag, String path, boolean readOnly) {
    /**
     * Checks the folder.
     *
     * @throws IllegalArgumentException if the tag is empty, the path does not begin at the root, or either has a NUL
     */
    public SharedFolder {
        if (tag.isEmpty() || tag.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no tag for a device: '" + tag.replace('\0', '?') + "'");
        }
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no path from a guest's root: '" + path.replace('\0', '?') + "'");
        }
    }
}
