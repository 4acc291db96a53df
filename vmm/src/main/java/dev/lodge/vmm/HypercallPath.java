package dev.lodge.vmm;

/** By which way a guest's hypercalls shall arrive. */
public enum HypercallPath {

    /** By {@link #KVM} where the host's KVM knows Xen, else {@link #PATCHED}. */
    ANY,

    /**
     * KVM recognises hypercalls as Xen's ({@code KVM_CAP_XEN_HVM}, {@code CONFIG_KVM_XEN}) and answers some by itself: those
     * of event channels and timers.
     */
    KVM,

    /**
     * The guest's hypercall instructions are rewritten when its kernel is loaded, or it asks for a page of them by MSR. Works
     * with every KVM.
     */
    PATCHED
}
