package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.hypercall.ControlBits.CR0_PG;
import static dev.lodge.vmm.hypercall.ControlBits.EFER_LME;

/**
 * The registers with which {@code VCPUOP_initialise} has a vCPU begin, found good by {@link StartContext}. What is not here
 * is as a reset leaves it.
 */
public record StartState(General general, Control control, Segments segments) {

    /** General registers, {@code rip} and {@code rflags}, as the guest gave them. */
    public record General(
            long rax, long rcx, long rdx, long rbx, long rsp, long rbp, long rsi, long rdi, long rip, long rflags) {}

    /** Control registers. {@code EFER.LMA} is as the guest gave it and says nothing: {@link #isLongMode} does. */
    public record Control(long cr0, long cr3, long cr4, long efer) {

        /** Whether the CPU is in long mode with these, be it 64-bit or compatibility mode. */
        public boolean isLongMode() {
            return (efer & EFER_LME) != 0 && (cr0 & CR0_PG) != 0;
        }
    }

    /** The segments that a guest chooses. */
    public record Segments(Segment cs, Segment ds, Segment ss, Segment es, Segment tr) {}

    /**
     * The hidden part of a segment register; the selector is 0.
     *
     * @param limit in bytes, whatever the granularity, as a CPU keeps it
     * @param attributes as in an {@code _ar} field of {@code struct vcpu_hvm_x86_32}: a descriptor's bits 40 to 47 and 52 to
     *     55; 0 for a null segment
     */
    public record Segment(int base, int limit, int attributes) {

        public int type() {
            return attributes & 0xf;
        }

        /** 1 for code and data, 0 for the system's. */
        public int s() {
            return attributes >> 4 & 1;
        }

        public int dpl() {
            return attributes >> 5 & 3;
        }

        public int present() {
            return attributes >> 7 & 1;
        }

        public int avl() {
            return attributes >> 8 & 1;
        }

        public int l() {
            return attributes >> 9 & 1;
        }

        public int db() {
            return attributes >> 10 & 1;
        }

        public int g() {
            return attributes >> 11 & 1;
        }
    }
}
