package dev.lodge.vmm.backend.block;

import dev.lodge.linux.IoVector;

/** The transfers of one queue, made when they are first needed: one to gather in, and one for each read that is pending. */
final class Transfers {

    private final Disk disk;
    private final IoVector working = new IoVector(IoVector.MAX_PIECES);
    private final Transfer[] all;
    private final int[] spare;
    private int made;
    private int spareCount;

    Transfers(Disk disk, int most) {
        this.disk = disk;
        all = new Transfer[most];
        spare = new int[most];
    }

    boolean hasSpare() {
        return spareCount > 0 || made < all.length;
    }

    /** An empty one; there must be a spare one. */
    Transfer take() {
        if (spareCount > 0) {
            return all[spare[--spareCount]];
        }
        Transfer transfer = new Transfer(disk, made, working);
        all[made++] = transfer;
        return transfer;
    }

    /** The one of a number, which was taken. */
    Transfer numbered(int number) {
        return all[number];
    }

    /** The one of a number is empty again. */
    void giveBack(int number) {
        spare[spareCount++] = number;
    }
}
