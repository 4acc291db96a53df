package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for the pair of hypercall functions in a kernel's code. A kernel has other bytes that look like {@code vmmcall}
 * and {@code vmcall}; the pair's marks are that they are near each other and return the same way. (Linux's KVM guest code,
 * since 6.12, has two near each other that jump to the same place, but not to a return.)
 *
 * <pre>
 *   xen_hypercall_amd:    [endbr64]  0f 01 d9  c3 | e9 rel32
 *   xen_hypercall_intel:  [endbr64]  0f 01 c1  c3 | e9 rel32     within 64 bytes, either order
 *   __x86_return_thunk:   c3                                     where both jump, if they jump
 * </pre>
 *
 * <p>Not for more than one thread. Runs once for each kernel: what it finds is kept in the cache.
 */
final class HypercallScanner {

    private static final int NEAR = 64;
    private static final int WINDOW = 1 << 20;

    /** The longest site: the instruction, then a jump with its target. */
    private static final int SITE_SIZE = 8;

    private static final int SHORTEST_SITE_SIZE = 4;
    private static final int INSTRUCTION_SIZE = 3;

    private static final byte VMMCALL = (byte) 0xd9;
    private static final byte VMCALL = (byte) 0xc1;
    private static final byte RET = (byte) 0xc3;
    private static final byte JMP_REL32 = (byte) 0xe9;

    /** Instead of a jump's target: the site ends in {@code ret}. */
    private static final long RETURNS = Long.MIN_VALUE;

    private static final long NO_SITE = Long.MIN_VALUE + 1;

    /** Executable bytes that were looked through, and where they are loaded. */
    private record Code(ByteBuffer bytes, long address) {}

    private final List<Code> scanned = new ArrayList<>();
    private final Candidates vmmcalls = new Candidates();
    private final Candidates vmcalls = new Candidates();

    /**
     * Looks through one executable segment; to be called in order of address.
     *
     * @param code what the file holds of the segment
     * @param address where its first byte is loaded
     */
    void scan(ByteBuffer code, long address) {
        scanned.add(new Code(code, address));
        byte[] window = new byte[Math.min(WINDOW, code.limit()) + SITE_SIZE];
        for (int start = 0; start < code.limit(); start += WINDOW) {
            int length = Math.min(window.length, code.limit() - start);
            code.get(start, window, 0, length);
            scanWindow(window, length, address + start);
        }
    }

    /** What was found in all segments so far. */
    HypercallSites result() {
        if (vmmcalls.overflowed() || vmcalls.overflowed()) {
            return new HypercallSites.Ambiguous();
        }
        HypercallSites found = new HypercallSites.None();
        for (int a = 0; a < vmmcalls.count; a++) {
            for (int i = 0; i < vmcalls.count; i++) {
                if (isPair(a, i)) {
                    if (found instanceof HypercallSites.Found) {
                        return new HypercallSites.Ambiguous();
                    }
                    found = new HypercallSites.Found(
                            new GuestAddress(vmmcalls.addresses[a]), new GuestAddress(vmcalls.addresses[i]));
                }
            }
        }
        return found;
    }

    private boolean isPair(int vmmcall, int vmcall) {
        return Math.abs(vmmcalls.addresses[vmmcall] - vmcalls.addresses[vmcall]) <= NEAR
                && vmmcalls.exits[vmmcall] == vmcalls.exits[vmcall]
                && (vmmcalls.exits[vmmcall] == RETURNS || isReturn(vmmcalls.exits[vmmcall]));
    }

    private boolean isReturn(long address) {
        for (Code code : scanned) {
            long offset = address - code.address();
            if (offset >= 0 && offset < code.bytes().limit()) {
                return code.bytes().get((int) offset) == RET;
            }
        }
        return false;
    }

    private void scanWindow(byte[] window, int length, long address) {
        int starts = Math.min(WINDOW, length - SHORTEST_SITE_SIZE + 1);
        for (int i = 0; i < starts; i++) {
            if (window[i] != 0x0f || window[i + 1] != 0x01) {
                continue;
            }
            byte last = window[i + 2];
            if (last != VMMCALL && last != VMCALL) {
                continue;
            }
            long exit = exit(window, length, i + INSTRUCTION_SIZE, address);
            if (exit != NO_SITE) {
                (last == VMMCALL ? vmmcalls : vmcalls).add(address + i, exit);
            }
        }
    }

    private static long exit(byte[] window, int length, int at, long address) {
        if (window[at] == RET) {
            return RETURNS;
        }
        int next = at + 1 + Integer.BYTES;
        if (window[at] != JMP_REL32 || next > length) {
            return NO_SITE;
        }
        int distance = (window[at + 1] & 0xff)
                | (window[at + 2] & 0xff) << 8
                | (window[at + 3] & 0xff) << 16
                | window[at + 4] << 24;
        return address + next + distance;
    }

    /** Sites of one kind, and where each goes when it is done. */
    private static final class Candidates {

        /** A kernel has a handful. So many are no kernel's, and pairing them must not take for ever. */
        private static final int LIMIT = 1024;

        private long[] addresses = new long[16];
        private long[] exits = new long[16];
        private int count;

        void add(long address, long exit) {
            if (count == addresses.length && count < LIMIT) {
                addresses = Arrays.copyOf(addresses, 2 * count);
                exits = Arrays.copyOf(exits, 2 * count);
            }
            if (count < addresses.length) {
                addresses[count] = address;
                exits[count] = exit;
                count++;
            }
        }

        boolean overflowed() {
            return count == LIMIT;
        }
    }
}
