package dev.lodge.vmm.host;

import dev.lodge.kvm.KvmCap;
import dev.lodge.vmm.HostReport.Capability;
import java.util.ArrayList;
import java.util.List;

/** The capabilities of KVM that matter to Lodge: {@code KVM_CAP_*} and {@code KVM_XEN_HVM_CONFIG_*} of linux/kvm.h. */
final class Capabilities {
    private record Known(String name, int number, boolean needed) {}

    private static final List<Known> KNOWN = List.of(
            new Known("IRQCHIP", KvmCap.KVM_CAP_IRQCHIP, true),
            new Known("USER_MEMORY", KvmCap.KVM_CAP_USER_MEMORY, true),
            new Known("SET_TSS_ADDR", KvmCap.KVM_CAP_SET_TSS_ADDR, false),
            new Known("EXT_CPUID", KvmCap.KVM_CAP_EXT_CPUID, true),
            new Known("NR_VCPUS", KvmCap.KVM_CAP_NR_VCPUS, true),
            new Known("NR_MEMSLOTS", KvmCap.KVM_CAP_NR_MEMSLOTS, true),
            new Known("MP_STATE", KvmCap.KVM_CAP_MP_STATE, false),
            new Known("IRQ_ROUTING", KvmCap.KVM_CAP_IRQ_ROUTING, false),
            new Known("IRQFD", KvmCap.KVM_CAP_IRQFD, true),
            new Known("IOEVENTFD", KvmCap.KVM_CAP_IOEVENTFD, false),
            new Known("SET_IDENTITY_MAP_ADDR", KvmCap.KVM_CAP_SET_IDENTITY_MAP_ADDR, false),
            new Known("XEN_HVM", KvmCap.KVM_CAP_XEN_HVM, false),
            new Known("ADJUST_CLOCK", KvmCap.KVM_CAP_ADJUST_CLOCK, false),
            new Known("TSC_CONTROL", KvmCap.KVM_CAP_TSC_CONTROL, false),
            new Known("GET_TSC_KHZ", KvmCap.KVM_CAP_GET_TSC_KHZ, true),
            new Known("MAX_VCPUS", KvmCap.KVM_CAP_MAX_VCPUS, false),
            new Known("TSC_DEADLINE_TIMER", KvmCap.KVM_CAP_TSC_DEADLINE_TIMER, false),
            new Known("SYNC_REGS", KvmCap.KVM_CAP_SYNC_REGS, true),
            new Known("SIGNAL_MSI", KvmCap.KVM_CAP_SIGNAL_MSI, true),
            new Known("ENABLE_CAP_VM", KvmCap.KVM_CAP_ENABLE_CAP_VM, false),
            new Known("SPLIT_IRQCHIP", KvmCap.KVM_CAP_SPLIT_IRQCHIP, false),
            new Known("MAX_VCPU_ID", KvmCap.KVM_CAP_MAX_VCPU_ID, false),
            new Known("X2APIC_API", KvmCap.KVM_CAP_X2APIC_API, false),
            new Known("IMMEDIATE_EXIT", KvmCap.KVM_CAP_IMMEDIATE_EXIT, true),
            new Known("X86_USER_SPACE_MSR", KvmCap.KVM_CAP_X86_USER_SPACE_MSR, false),
            new Known("X86_MSR_FILTER", KvmCap.KVM_CAP_X86_MSR_FILTER, false));

    private static final String[] XEN_FLAGS = {
        "HYPERCALL_MSR",
        "INTERCEPT_HCALL",
        "SHARED_INFO",
        "RUNSTATE",
        "EVTCHN_2LEVEL",
        "EVTCHN_SEND",
        "RUNSTATE_UPDATE_FLAG",
        "PVCLOCK_TSC_UNSTABLE",
        "SHARED_INFO_HVA",
    };

    private Capabilities() {}

    static List<Capability> of(HostFacts.KvmDevice kvm) {
        var capabilities = new ArrayList<Capability>(KNOWN.size());
        for (Known known : KNOWN) {
            capabilities.add(new Capability(known.name(), kvm.checkExtension(known.number())));
        }
        return List.copyOf(capabilities);
    }

    static boolean isNeeded(String name) {
        for (Known known : KNOWN) {
            if (known.name().equals(name)) {
                return known.needed();
            }
        }
        return false;
    }

    /** Names of the flags set; a bit newer than this table is named by its number. */
    static List<String> xenFlags(HostFacts.KvmDevice kvm) {
        int flags = kvm.checkExtension(KvmCap.KVM_CAP_XEN_HVM);
        var names = new ArrayList<String>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((flags & 1 << bit) != 0) {
                names.add(bit < XEN_FLAGS.length ? XEN_FLAGS[bit] : "bit " + bit);
            }
        }
        return List.copyOf(names);
    }
}
