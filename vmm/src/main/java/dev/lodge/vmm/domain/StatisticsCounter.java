package dev.lodge.vmm.domain;

import dev.lodge.kvm.KvmExit;
import dev.lodge.vmm.Statistics;
import dev.lodge.vmm.abi.HypercallNumber;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.vcpu.ExitCounts;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts names to what a domain's vCPUs and event channels have counted. */
final class StatisticsCounter {

    private StatisticsCounter() {}

    static Statistics.Counts count(ExitCounts sum, EventChannels events) {
        Map<String, Long> exits = new LinkedHashMap<>();
        long[] byReason = sum.exits();
        for (int reason = 0; reason < byReason.length; reason++) {
            if (byReason[reason] != 0) {
                exits.put(exitName(reason), byReason[reason]);
            }
        }
        Map<String, Long> hypercalls = new LinkedHashMap<>();
        long[] byNumber = sum.hypercalls();
        for (int number = 0; number < byNumber.length; number++) {
            if (byNumber[number] != 0) {
                hypercalls.put(
                        number == HypercallNumber.COUNT ? "other" : HypercallNumber.name(number), byNumber[number]);
            }
        }
        return new Statistics.Counts(exits, hypercalls, events.sent(), events.received());
    }

    private static String exitName(int reason) {
        return switch (reason) {
            case KvmExit.KVM_EXIT_IO -> "io";
            case KvmExit.KVM_EXIT_MMIO -> "mmio";
            case KvmExit.KVM_EXIT_XEN -> "xen";
            case KvmExit.KVM_EXIT_HLT -> "hlt";
            case KvmExit.KVM_EXIT_INTR -> "intr";
            case KvmExit.KVM_EXIT_SHUTDOWN -> "shutdown";
            case KvmExit.KVM_EXIT_X86_RDMSR -> "rdmsr";
            case KvmExit.KVM_EXIT_X86_WRMSR -> "wrmsr";
            case KvmExit.KVM_EXIT_INTERNAL_ERROR -> "internal_error";
            case KvmExit.KVM_EXIT_FAIL_ENTRY -> "fail_entry";
            case KvmExit.KVM_EXIT_SYSTEM_EVENT -> "system_event";
            default -> "kvm_exit_" + reason;
        };
    }
}
