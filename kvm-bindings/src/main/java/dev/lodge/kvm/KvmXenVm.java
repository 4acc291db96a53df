package dev.lodge.kvm;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.Syscall;
import java.lang.foreign.MemorySegment;

/**
 * The Xen side of a machine ({@code Documentation/virt/kvm/api.rst}, {@code KVM_XEN_HVM_*}), on hosts where
 * {@link KvmCap#KVM_CAP_XEN_HVM} is not 0. Its value says which of these calls exist. Safe for use by several threads.
 */
public final class KvmXenVm {
    private static final String SET_ATTR = "KVM_XEN_HVM_SET_ATTR";

    private final FileDescriptor file;

    KvmXenVm(FileDescriptor vm) {
        this.file = vm;
    }

    /**
     * {@code KVM_XEN_HVM_CONFIG} without hypercall pages of our own.
     *
     * @param flags {@code KVM_XEN_HVM_CONFIG_*}: with {@code INTERCEPT_HCALL}, hypercalls become exits {@code KVM_EXIT_XEN}
     *     and KVM fills the hypercall page
     * @param msr the MSR by which a guest asks for a hypercall page
     */
    public void hvmConfig(int flags, int msr) {
        hvmConfig(flags, msr, MemorySegment.NULL, MemorySegment.NULL);
    }

    /**
     * {@code KVM_XEN_HVM_CONFIG} with the pages that a write of the MSR copies into the guest.
     *
     * @param blob32 whole pages for a guest in 32-bit mode, or none; copied from at each write, so it stays mapped
     * @param blob64 whole pages for a guest in 64-bit mode, or none
     */
    public void hvmConfig(int flags, int msr, MemorySegment blob32, MemorySegment blob64) {
        MemorySegment config = Syscall.current().zeroedScratch(kvm_xen_hvm_config.SIZEOF);
        kvm_xen_hvm_config.flags(config, flags);
        kvm_xen_hvm_config.msr(config, msr);
        kvm_xen_hvm_config.blob_addr_32(config, Syscall.address(blob32, 0));
        kvm_xen_hvm_config.blob_size_32(config, pages(blob32));
        kvm_xen_hvm_config.blob_addr_64(config, Syscall.address(blob64, 0));
        kvm_xen_hvm_config.blob_size_64(config, pages(blob64));
        Ioctl.callWithScratch(file, "KVM_XEN_HVM_CONFIG", KvmIoctl.KVM_XEN_HVM_CONFIG);
    }

    /** {@code KVM_XEN_ATTR_TYPE_LONG_MODE}: whether the guest's shared structures have their 64-bit form. */
    public void setLongMode(boolean longMode) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_LONG_MODE);
        kvm_xen_hvm_attr.u$long_mode(attr, longMode ? 1 : 0);
        set();
    }

    /** {@code KVM_XEN_ATTR_TYPE_SHARED_INFO}: the guest frame of the shared info page; -1 takes it back. */
    public void setSharedInfo(long frame) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_SHARED_INFO);
        kvm_xen_hvm_attr.u$shared_info$gfn(attr, frame);
        set();
    }

    /** {@code KVM_XEN_ATTR_TYPE_UPCALL_VECTOR}: the vector of the guest-wide upcall; 0 for none. */
    public void setUpcallVector(int vector) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_UPCALL_VECTOR);
        kvm_xen_hvm_attr.u$vector(attr, vector);
        set();
    }

    /** {@code KVM_XEN_ATTR_TYPE_XEN_VERSION}: what {@code XENVER_version} answers inside the kernel: major * 65536 + minor. */
    public void setVersion(int version) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_XEN_VERSION);
        kvm_xen_hvm_attr.u$xen_version(attr, version);
        set();
    }

    /** {@code KVM_XEN_ATTR_TYPE_RUNSTATE_UPDATE_FLAG}: whether KVM flags runstate records while it changes them. */
    public void setRunstateUpdateFlag(boolean flagged) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_RUNSTATE_UPDATE_FLAG);
        kvm_xen_hvm_attr.u$long_mode(attr, flagged ? 1 : 0); // as this, one byte at the union's start
        set();
    }

    /**
     * {@code KVM_XEN_ATTR_TYPE_EVTCHN}: an {@code EVTCHNOP_send} on a port sets another port of the guest pending.
     *
     * @param sendPort the port that the guest sends on
     * @param type {@code EVTCHNSTAT_ipi} or {@code EVTCHNSTAT_interdomain}
     * @param port the port to set pending
     * @param vcpu the vCPU that the port is bound to
     * @param flags 0, or {@link KvmXen#KVM_XEN_EVTCHN_UPDATE} for a port that is assigned already
     */
    public void assignEvtchnToPort(int sendPort, int type, int port, int vcpu, int flags) {
        MemorySegment attr = evtchn(sendPort, type, flags);
        kvm_xen_hvm_attr.u$evtchn$deliver$port$port(attr, port);
        kvm_xen_hvm_attr.u$evtchn$deliver$port$vcpu(attr, vcpu);
        kvm_xen_hvm_attr.u$evtchn$deliver$port$priority(attr, KvmXen.KVM_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL);
        set();
    }

    /** {@code KVM_XEN_ATTR_TYPE_EVTCHN}: an {@code EVTCHNOP_send} on a port rings an eventfd, without an exit. */
    public void assignEvtchnToEventFd(int sendPort, int type, int eventFd) {
        MemorySegment attr = evtchn(sendPort, type, 0);
        kvm_xen_hvm_attr.u$evtchn$deliver$eventfd$port(attr, 0);
        kvm_xen_hvm_attr.u$evtchn$deliver$eventfd$fd(attr, eventFd);
        set();
    }

    /** {@code KVM_XEN_EVTCHN_DEASSIGN}: sends on a port become exits again. */
    public void deassignEvtchn(int sendPort) {
        evtchn(sendPort, 0, KvmXen.KVM_XEN_EVTCHN_DEASSIGN);
        set();
    }

    /** {@code KVM_XEN_EVTCHN_RESET}: sends on all ports become exits again. */
    public void resetEvtchn() {
        evtchn(0, 0, KvmXen.KVM_XEN_EVTCHN_RESET);
        set();
    }

    /** {@code KVM_XEN_HVM_EVTCHN_SEND}: sets a port pending and interrupts its vCPU. Allocates nothing. */
    public void evtchnSend(int port, int vcpu) {
        MemorySegment send = Syscall.current().zeroedScratch(16);
        kvm_irq_routing_xen_evtchn.port(send, port);
        kvm_irq_routing_xen_evtchn.vcpu(send, vcpu);
        kvm_irq_routing_xen_evtchn.priority(send, KvmXen.KVM_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL);
        Ioctl.callWithScratch(file, "KVM_XEN_HVM_EVTCHN_SEND", KvmIoctl.KVM_XEN_HVM_EVTCHN_SEND);
    }

    private static MemorySegment attribute(int type) {
        MemorySegment attr = Syscall.current().zeroedScratch(kvm_xen_hvm_attr.SIZEOF);
        kvm_xen_hvm_attr.type(attr, type);
        return attr;
    }

    private static MemorySegment evtchn(int sendPort, int type, int flags) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_ATTR_TYPE_EVTCHN);
        kvm_xen_hvm_attr.u$evtchn$send_port(attr, sendPort);
        kvm_xen_hvm_attr.u$evtchn$type(attr, type);
        kvm_xen_hvm_attr.u$evtchn$flags(attr, flags);
        return attr;
    }

    private void set() {
        Ioctl.callWithScratch(file, SET_ATTR, KvmIoctl.KVM_XEN_HVM_SET_ATTR);
    }

    private static int pages(MemorySegment blob) {
        return (int) (blob.byteSize() >> 12);
    }
}
