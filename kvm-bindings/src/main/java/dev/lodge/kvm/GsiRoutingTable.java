package dev.lodge.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Puts {@link GsiRoute}s into the form that {@code KVM_SET_GSI_ROUTING} takes. */
final class GsiRoutingTable {
    private GsiRoutingTable() {}

    /** A {@code struct kvm_irq_routing}. */
    static MemorySegment write(Arena arena, List<GsiRoute> routes) {
        MemorySegment table =
                arena.allocate(kvm_irq_routing.SIZEOF + kvm_irq_routing_entry.SIZEOF * routes.size(), Long.BYTES);
        kvm_irq_routing.nr(table, routes.size());
        for (int i = 0; i < routes.size(); i++) {
            long offset = kvm_irq_routing.entries$offset + i * kvm_irq_routing_entry.SIZEOF;
            write(table.asSlice(offset, kvm_irq_routing_entry.SIZEOF), routes.get(i));
        }
        return table;
    }

    private static void write(MemorySegment entry, GsiRoute route) {
        kvm_irq_routing_entry.gsi(entry, route.gsi());
        if (route instanceof GsiRoute.Msi msi) {
            kvm_irq_routing_entry.type(entry, KvmFlag.KVM_IRQ_ROUTING_MSI);
            kvm_irq_routing_entry.u$msi$address_lo(entry, msi.addressLo());
            kvm_irq_routing_entry.u$msi$address_hi(entry, msi.addressHi());
            kvm_irq_routing_entry.u$msi$data(entry, msi.data());
        } else if (route instanceof GsiRoute.XenEvtchn evtchn) {
            kvm_irq_routing_entry.type(entry, KvmFlag.KVM_IRQ_ROUTING_XEN_EVTCHN);
            kvm_irq_routing_entry.u$xen_evtchn$port(entry, evtchn.port());
            kvm_irq_routing_entry.u$xen_evtchn$vcpu(entry, evtchn.vcpu());
            kvm_irq_routing_entry.u$xen_evtchn$priority(entry, evtchn.priority());
        }
    }
}
