package dev.lodge.kvm;

/** Constants of KVM's Xen emulation ({@code linux/kvm.h}): what {@code KVM_CAP_XEN_HVM} says, and the kinds of attributes. */
public final class KvmXen {
    public static final int KVM_XEN_HVM_CONFIG_HYPERCALL_MSR = 1;
    public static final int KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL = 1 << 1;
    public static final int KVM_XEN_HVM_CONFIG_SHARED_INFO = 1 << 2;
    public static final int KVM_XEN_HVM_CONFIG_RUNSTATE = 1 << 3;
    public static final int KVM_XEN_HVM_CONFIG_EVTCHN_2LEVEL = 1 << 4;
    public static final int KVM_XEN_HVM_CONFIG_EVTCHN_SEND = 1 << 5;
    public static final int KVM_XEN_HVM_CONFIG_RUNSTATE_UPDATE_FLAG = 1 << 6;
    public static final int KVM_XEN_HVM_CONFIG_PVCLOCK_TSC_UNSTABLE = 1 << 7;
    public static final int KVM_XEN_HVM_CONFIG_SHARED_INFO_HVA = 1 << 8;

    public static final int KVM_XEN_ATTR_TYPE_LONG_MODE = 0;
    public static final int KVM_XEN_ATTR_TYPE_SHARED_INFO = 1;
    public static final int KVM_XEN_ATTR_TYPE_UPCALL_VECTOR = 2;
    public static final int KVM_XEN_ATTR_TYPE_EVTCHN = 3;
    public static final int KVM_XEN_ATTR_TYPE_XEN_VERSION = 4;
    public static final int KVM_XEN_ATTR_TYPE_RUNSTATE_UPDATE_FLAG = 5;
    public static final int KVM_XEN_ATTR_TYPE_SHARED_INFO_HVA = 6;

    public static final int KVM_XEN_EVTCHN_DEASSIGN = 1;
    public static final int KVM_XEN_EVTCHN_UPDATE = 2;
    public static final int KVM_XEN_EVTCHN_RESET = 4;
    public static final int KVM_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL = -1;

    public static final int KVM_XEN_VCPU_ATTR_TYPE_VCPU_INFO = 0;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_VCPU_TIME_INFO = 1;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_ADDR = 2;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_CURRENT = 3;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_DATA = 4;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_RUNSTATE_ADJUST = 5;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_VCPU_ID = 6;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_TIMER = 7;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_UPCALL_VECTOR = 8;
    public static final int KVM_XEN_VCPU_ATTR_TYPE_VCPU_INFO_HVA = 9;

    private KvmXen() {}
}
