package dev.lodge.vmm.backend.block;

import java.util.Arrays;

/** Grants that are mapped for the requests of one transfer, and how. On the connection's thread. */
final class Borrowed {

    private int[] refs = new int[BlockRequest.MAX_SEGMENTS];
    private boolean[] writable = new boolean[BlockRequest.MAX_SEGMENTS];
    private int count;

    int count() {
        return count;
    }

    int ref(int index) {
        return refs[index];
    }

    boolean isWritable(int index) {
        return writable[index];
    }

    void add(int ref, boolean write) {
        if (count == refs.length) {
            refs = Arrays.copyOf(refs, 2 * count);
            writable = Arrays.copyOf(writable, 2 * count);
        }
        refs[count] = ref;
        writable[count++] = write;
    }

    /** Takes over all that another has. */
    void takeAll(Borrowed other) {
        for (int i = 0; i < other.count; i++) {
            add(other.refs[i], other.writable[i]);
        }
        other.count = 0;
    }

    void clear() {
        count = 0;
    }
}
