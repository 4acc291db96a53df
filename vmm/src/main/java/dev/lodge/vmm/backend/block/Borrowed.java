package dev.lodge.vmm.backend.block;

import java.util.Arrays;

/** Handles of grants that are mapped for the requests of one transfer. On the connection's thread. */
final class Borrowed {

    private int[] handles = new int[BlockRequest.MAX_SEGMENTS];
    private int count;

    int count() {
        return count;
    }

    int handle(int index) {
        return handles[index];
    }

    void add(int handle) {
        if (count == handles.length) {
            handles = Arrays.copyOf(handles, 2 * count);
        }
        handles[count++] = handle;
    }

    /** Takes over all that another has. */
    void takeAll(Borrowed other) {
        for (int i = 0; i < other.count; i++) {
            add(other.handles[i]);
        }
        other.count = 0;
    }

    void clear() {
        count = 0;
    }
}
