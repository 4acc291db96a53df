package dev.lodge.vmm.store;

/**
 * How much of xenstore one guest may use; Domain 0 is not limited. Every figure is the most that is allowed.
 *
 * @param nodes nodes owned by one domain
 * @param nodeSize bytes in one node: 16, 8 for each permission, the value, and the names of its children with their NULs
 * @param permissions permission entries of one node
 * @param pathLength bytes of a path, not counting a leading {@code /local/domain/<id>/}
 * @param watches watches of one domain
 * @param transactions open transactions of one domain
 * @param transactionNodes nodes that one transaction may touch
 * @param transactionBytes bytes of paths and of changed nodes held by all transactions of one domain
 * @param replies replies not yet taken, beyond which no further request is read
 * @param events watch events not yet taken, beyond which a watch's events merge into one on its own path
 */
public record Quotas(
        int nodes,
        int nodeSize,
        int permissions,
        int pathLength,
        int watches,
        int transactions,
        int transactionNodes,
        long transactionBytes,
        int replies,
        int events) {

    /** xenstored's defaults, and two of ours where it counts memory instead. */
    public static final Quotas DEFAULT = new Quotas(1000, 2047, 5, 2048, 128, 10, 1024, 5L << 19, 20, 1024);
}
