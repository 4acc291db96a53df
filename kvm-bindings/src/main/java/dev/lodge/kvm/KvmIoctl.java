package dev.lodge.kvm;

/** Request numbers of the KVM ioctls ({@code linux/kvm.h}): those of /dev/kvm, of a VM, of a vCPU. */
public final class KvmIoctl {
    private static final long NONE = 0xae << 8;
    private static final long WRITE = 1L << 30 | NONE;
    private static final long READ = 2L << 30 | NONE;
    private static final long READ_WRITE = READ | WRITE;

    public static final long KVM_GET_API_VERSION = NONE | 0x00;
    public static final long KVM_CREATE_VM = NONE | 0x01;
    public static final long KVM_GET_MSR_INDEX_LIST = READ_WRITE | kvm_msr_list.SIZEOF << 16 | 0x02;
    public static final long KVM_CHECK_EXTENSION = NONE | 0x03;
    public static final long KVM_GET_VCPU_MMAP_SIZE = NONE | 0x04;
    public static final long KVM_GET_SUPPORTED_CPUID = READ_WRITE | kvm_cpuid2.SIZEOF << 16 | 0x05;

    public static final long KVM_CREATE_VCPU = NONE | 0x41;
    public static final long KVM_SET_USER_MEMORY_REGION = WRITE | kvm_userspace_memory_region.SIZEOF << 16 | 0x46;
    public static final long KVM_SET_TSS_ADDR = NONE | 0x47;
    public static final long KVM_SET_IDENTITY_MAP_ADDR = WRITE | 8L << 16 | 0x48;
    public static final long KVM_CREATE_IRQCHIP = NONE | 0x60;
    public static final long KVM_SET_GSI_ROUTING = WRITE | kvm_irq_routing.SIZEOF << 16 | 0x6a;
    public static final long KVM_IRQFD = WRITE | kvm_irqfd.SIZEOF << 16 | 0x76;
    public static final long KVM_IOEVENTFD = WRITE | kvm_ioeventfd.SIZEOF << 16 | 0x79;
    public static final long KVM_XEN_HVM_CONFIG = WRITE | kvm_xen_hvm_config.SIZEOF << 16 | 0x7a;
    public static final long KVM_SET_CLOCK = WRITE | kvm_clock_data.SIZEOF << 16 | 0x7b;
    public static final long KVM_GET_CLOCK = READ | kvm_clock_data.SIZEOF << 16 | 0x7c;
    public static final long KVM_SIGNAL_MSI = WRITE | kvm_msi.SIZEOF << 16 | 0xa5;
    public static final long KVM_X86_SET_MSR_FILTER = WRITE | kvm_msr_filter.SIZEOF << 16 | 0xc6;
    public static final long KVM_XEN_HVM_SET_ATTR = WRITE | kvm_xen_hvm_attr.SIZEOF << 16 | 0xc9;
    public static final long KVM_XEN_HVM_EVTCHN_SEND = WRITE | kvm_irq_routing_xen_evtchn.SIZEOF << 16 | 0xd0;

    public static final long KVM_RUN = NONE | 0x80;
    public static final long KVM_GET_REGS = READ | kvm_regs.SIZEOF << 16 | 0x81;
    public static final long KVM_SET_REGS = WRITE | kvm_regs.SIZEOF << 16 | 0x82;
    public static final long KVM_GET_SREGS = READ | kvm_sregs.SIZEOF << 16 | 0x83;
    public static final long KVM_SET_SREGS = WRITE | kvm_sregs.SIZEOF << 16 | 0x84;
    public static final long KVM_TRANSLATE = READ_WRITE | kvm_translation.SIZEOF << 16 | 0x85;
    public static final long KVM_GET_MSRS = READ_WRITE | kvm_msrs.SIZEOF << 16 | 0x88;
    public static final long KVM_SET_MSRS = WRITE | kvm_msrs.SIZEOF << 16 | 0x89;
    public static final long KVM_SET_SIGNAL_MASK = WRITE | kvm_signal_mask.SIZEOF << 16 | 0x8b;
    public static final long KVM_GET_LAPIC = READ | kvm_lapic_state.SIZEOF << 16 | 0x8e;
    public static final long KVM_SET_LAPIC = WRITE | kvm_lapic_state.SIZEOF << 16 | 0x8f;
    public static final long KVM_SET_CPUID2 = WRITE | kvm_cpuid2.SIZEOF << 16 | 0x90;
    public static final long KVM_GET_MP_STATE = READ | kvm_mp_state.SIZEOF << 16 | 0x98;
    public static final long KVM_SET_MP_STATE = WRITE | kvm_mp_state.SIZEOF << 16 | 0x99;
    public static final long KVM_NMI = NONE | 0x9a;
    public static final long KVM_GET_VCPU_EVENTS = READ | kvm_vcpu_events.SIZEOF << 16 | 0x9f;
    public static final long KVM_SET_VCPU_EVENTS = WRITE | kvm_vcpu_events.SIZEOF << 16 | 0xa0;
    public static final long KVM_SET_TSC_KHZ = NONE | 0xa2;
    public static final long KVM_GET_TSC_KHZ = NONE | 0xa3;
    public static final long KVM_ENABLE_CAP = WRITE | kvm_enable_cap.SIZEOF << 16 | 0xa3;
    public static final long KVM_XEN_VCPU_GET_ATTR = READ_WRITE | kvm_xen_vcpu_attr.SIZEOF << 16 | 0xca;
    public static final long KVM_XEN_VCPU_SET_ATTR = WRITE | kvm_xen_vcpu_attr.SIZEOF << 16 | 0xcb;

    private KvmIoctl() {}
}
