package dev.lodge.vmm.abi;

/** Virtual interrupts: the VIRQ list of {@code xen/include/public/xen.h}. */
public final class Virq {

    /** The timer that a vCPU set has run out; one per vCPU. */
    public static final int VIRQ_TIMER = 0;

    /** A request to dump debugging information; one per vCPU. */
    public static final int VIRQ_DEBUG = 1;

    /** A profiler's sample; one per vCPU. */
    public static final int VIRQ_XENOPROF = 7;

    /** An Argo message; one per domain. */
    public static final int VIRQ_ARGO = 11;

    /** A performance counter's interrupt; one per vCPU. */
    public static final int VIRQ_XENPMU = 13;

    /** One more than the largest number. */
    public static final int NR_VIRQS = 24;

    /** Whether each vCPU has its own of this VIRQ; the others are one per domain and start on vCPU 0. */
    public static boolean isPerVcpu(int virq) {
        return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF || virq == VIRQ_XENPMU;
    }

    private Virq() {}
}
