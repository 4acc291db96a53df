package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A Xen hypercall that KVM leaves to us ({@code KVM_EXIT_XEN}, type {@link KvmExit#KVM_EXIT_XEN_HCALL}). */
public final class XenExit {
    /** How many parameters a hypercall has at most. */
    public static final int PARAMETERS = 6;

    private final MemorySegment run;

    XenExit(MemorySegment run) {
        this.run = run;
    }

    /** {@link KvmExit#KVM_EXIT_XEN_HCALL}, or something newer than this. */
    public int type() {
        return run.get(JAVA_INT, kvm_run.xen$type$offset);
    }

    /** Whether the guest was in 64-bit mode. */
    public boolean longMode() {
        return run.get(JAVA_INT, kvm_run.xen$u$hcall$longmode$offset) != 0;
    }

    /** The privilege level it came from, 0 for a kernel. */
    public int cpl() {
        return run.get(JAVA_INT, kvm_run.xen$u$hcall$cpl$offset);
    }

    /** The hypercall's number. */
    public long number() {
        return run.get(JAVA_LONG, kvm_run.xen$u$hcall$input$offset);
    }

    /** A parameter, from 0 to 5. */
    public long parameter(int i) {
        return run.get(JAVA_LONG, kvm_run.xen$u$hcall$params$offset + 8L * Objects.checkIndex(i, PARAMETERS));
    }

    /** Answers it. */
    public void setResult(long result) {
        run.set(JAVA_LONG, kvm_run.xen$u$hcall$result$offset, result);
    }
}
