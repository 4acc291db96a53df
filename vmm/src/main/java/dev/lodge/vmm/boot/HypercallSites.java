package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestMemory;
import java.nio.ByteBuffer;

/**
 * Where a kernel's two hypercall functions are, if they were found: Linux since XSA-466 makes hypercalls through
 * {@code xen_hypercall_amd} and {@code xen_hypercall_intel} ({@code arch/x86/xen/xen-head.S}) instead of a hypercall page.
 */
public sealed interface HypercallSites {

    /** The image has no such pair: an older kernel, which asks for a hypercall page, or no guest of Xen at all. */
    record None() implements HypercallSites {}

    /** The image has more than one such pair, so that none can be trusted. */
    record Ambiguous() implements HypercallSites {}

    /**
     * The one pair.
     *
     * @param vmmcall where {@code 0f 01 d9} stands
     * @param vmcall where {@code 0f 01 c1} stands
     */
    record Found(GuestAddress vmmcall, GuestAddress vmcall) implements HypercallSites {

        private static final int INSTRUCTION_SIZE = 3;
        private static final byte OUT_IMM8_EAX = (byte) 0xe7;
        private static final byte NOP = (byte) 0x90;

        /**
         * Rewrites both instructions to {@code out %eax, $port; nop}, which touches neither flags nor registers and
         * leaves the guest with an exit that its monitor sees.
         *
         * @param memory the domain's memory, the kernel loaded
         * @param port 0 to 255
         */
        public void patch(GuestMemory memory, int port) {
            if (port < 0 || port > 0xff) {
                throw new IllegalArgumentException("port " + port + " does not fit into a byte");
            }
            patch(memory, vmmcall, port);
            patch(memory, vmcall, port);
        }

        private static void patch(GuestMemory memory, GuestAddress site, int port) {
            ByteBuffer code = memory.slice(site, INSTRUCTION_SIZE).asByteBuffer();
            code.put(OUT_IMM8_EAX).put((byte) port).put(NOP);
        }
    }
}
