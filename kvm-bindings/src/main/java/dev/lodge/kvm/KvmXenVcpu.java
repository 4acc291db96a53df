package dev.lodge.kvm;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.Syscall;
import java.lang.foreign.MemorySegment;

/**
 * The Xen side of a vCPU ({@code Documentation/virt/kvm/api.rst}, {@code KVM_XEN_VCPU_SET_ATTR}), on hosts where
 * {@link KvmCap#KVM_CAP_XEN_HVM} offers it. Addresses are guest-physical; -1 takes one back.
 */
public final class KvmXenVcpu {
    private final FileDescriptor file;

    KvmXenVcpu(FileDescriptor vcpu) {
        this.file = vcpu;
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_VCPU_INFO}: where its {@code vcpu_info} lies. */
    public void setVcpuInfo(long address) {
        setAddress(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_VCPU_INFO, address);
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_VCPU_TIME_INFO}: where KVM keeps a second copy of its pvclock. */
    public void setVcpuTimeInfo(long address) {
        setAddress(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_VCPU_TIME_INFO, address);
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_ADDR}: where KVM keeps its {@code vcpu_runstate_info}. */
    public void setRunstateAddress(long address) {
        setAddress(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_ADDR, address);
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_CURRENT}: {@code RUNSTATE_*} from now on. */
    public void setRunstate(long state) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_CURRENT);
        kvm_xen_vcpu_attr.u$runstate$state(attr, state);
        set();
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_VCPU_ID}: its number in hypercalls, where that is not its KVM number. */
    public void setVcpuId(int id) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_VCPU_ID);
        kvm_xen_vcpu_attr.u$vcpu_id(attr, id);
        set();
    }

    /**
     * {@code KVM_XEN_VCPU_ATTR_TYPE_TIMER}: lets KVM handle {@code VCPUOP_set_singleshot_timer} and
     * {@code set_timer_op} for it.
     *
     * @param port the port that {@code VIRQ_TIMER} is bound to; 0 turns it off
     * @param expiresNanos when it next fires, in the guest's time; 0 for not at all
     */
    public void setTimer(int port, long expiresNanos) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_TIMER);
        kvm_xen_vcpu_attr.u$timer$port(attr, port);
        kvm_xen_vcpu_attr.u$timer$priority(attr, KvmXen.KVM_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL);
        kvm_xen_vcpu_attr.u$timer$expires_ns(attr, expiresNanos);
        set();
    }

    /** {@code KVM_XEN_VCPU_ATTR_TYPE_UPCALL_VECTOR}: the local APIC vector of its upcall; 0 for none. */
    public void setUpcallVector(int vector) {
        MemorySegment attr = attribute(KvmXen.KVM_XEN_VCPU_ATTR_TYPE_UPCALL_VECTOR);
        kvm_xen_vcpu_attr.u$vector(attr, vector);
        set();
    }

    /** {@code KVM_XEN_VCPU_GET_ATTR}: fills {@code u} of a {@link kvm_xen_vcpu_attr} whose {@code type} is set. */
    public void getAttribute(MemorySegment attr) {
        Ioctl.call(file, "KVM_XEN_VCPU_GET_ATTR", KvmIoctl.KVM_XEN_VCPU_GET_ATTR, attr);
    }

    private void setAddress(int type, long address) {
        MemorySegment attr = attribute(type);
        kvm_xen_vcpu_attr.u$gpa(attr, address);
        set();
    }

    private static MemorySegment attribute(int type) {
        MemorySegment attr = Syscall.current().zeroedScratch(kvm_xen_vcpu_attr.SIZEOF);
        kvm_xen_vcpu_attr.type(attr, type);
        return attr;
    }

    private void set() {
        Ioctl.callWithScratch(file, "KVM_XEN_VCPU_SET_ATTR", KvmIoctl.KVM_XEN_VCPU_SET_ATTR);
    }
}
