package dev.lodge.vmm.domain;

import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmCap;
import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmVm;
import dev.lodge.kvm.KvmXen;
import dev.lodge.kvm.MsrRange;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.boot.HypercallSites;
import dev.lodge.vmm.hypercall.XenVersion;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.vcpu.Vcpu;
import java.util.List;

/**
 * How a domain's hypercalls arrive: chosen by what the host offers and the user wants.
 *
 * @param name for people and statistics
 * @param knowsXen whether KVM handles event channels, timers, clocks and runstate of the guest by itself, and tells the version
 * @param flagsRunstate whether it can flag records of runstate while it changes them
 */
record HypercallRoute(String name, boolean knowsXen, boolean flagsRunstate) {

    private static final int HYPERCALL_MSR = 0x4000_0000;

    private static final int INTERCEPT = KvmXen.KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL;
    private static final int EVENTS = KvmXen.KVM_XEN_HVM_CONFIG_SHARED_INFO
            | KvmXen.KVM_XEN_HVM_CONFIG_RUNSTATE
            | KvmXen.KVM_XEN_HVM_CONFIG_EVTCHN_2LEVEL
            | KvmXen.KVM_XEN_HVM_CONFIG_EVTCHN_SEND;

    /**
     * Sets a machine up for its hypercalls, before its first vCPU.
     *
     * @param ram holds the kernel, which may have to be changed
     * @param kernel its name, for messages
     * @throws BootException if the wanted path does not lead there
     */
    static HypercallRoute open(
            HypercallPath wanted, Kvm kvm, KvmVm vm, GuestRam ram, String kernel, HypercallSites sites) {
        int xen = kvm.checkExtension(KvmCap.KVM_CAP_XEN_HVM);
        boolean possible = (xen & INTERCEPT) != 0;
        if (wanted == HypercallPath.KVM && !possible) {
            throw new BootException("hypercalls cannot come by KVM: this host's does not know Xen (its kernel is built"
                    + " without CONFIG_KVM_XEN); use 'patched', or say nothing");
        }
        return possible && wanted != HypercallPath.PATCHED ? byKvm(xen, vm) : patched(kvm, vm, ram, kernel, sites);
    }

    private static HypercallRoute byKvm(int xen, KvmVm vm) {
        boolean events = (xen & EVENTS) == EVENTS;
        vm.xen().hvmConfig(events ? INTERCEPT | KvmXen.KVM_XEN_HVM_CONFIG_EVTCHN_SEND : INTERCEPT, HYPERCALL_MSR);
        vm.xen().setLongMode(true);
        if (events) {
            vm.xen().setVersion(XenVersion.NUMBER);
        }
        return new HypercallRoute(
                events ? "kvm-xen" : "kvm-xen, events by Lodge",
                events,
                (xen & KvmXen.KVM_XEN_HVM_CONFIG_RUNSTATE_UPDATE_FLAG) != 0);
    }

    private static HypercallRoute patched(Kvm kvm, KvmVm vm, GuestRam ram, String kernel, HypercallSites sites) {
        if (sites instanceof HypercallSites.Found found) {
            found.patch(ram, Vcpu.HYPERCALL_PORT);
        } else if (sites instanceof HypercallSites.Ambiguous) {
            throw new BootException("cannot boot " + kernel + ": its hypercalls would have to be rewritten, and it has"
                    + " more than one place that looks like them; use a host kernel with CONFIG_KVM_XEN");
        }
        if (kvm.checkExtension(KvmCap.KVM_CAP_X86_USER_SPACE_MSR) != 0
                && kvm.checkExtension(KvmCap.KVM_CAP_X86_MSR_FILTER) != 0) {
            vm.enableCapability(KvmCap.KVM_CAP_X86_USER_SPACE_MSR, KvmExit.KVM_MSR_EXIT_REASON_FILTER);
            vm.setMsrFilter(List.of(new MsrRange(KvmFlag.KVM_MSR_FILTER_WRITE, HYPERCALL_MSR, 1)));
        }
        return new HypercallRoute("patched", false, true);
    }
}
