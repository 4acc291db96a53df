package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lodge.vmm.event.EventChannels.DomainTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Domains 1 and 2, with two vCPUs each, and a record of which vCPUs were interrupted. */
final class EventFixture {

    static final int VCPUS = 2;

    private final Map<Integer, EventChannels> byNumber = new HashMap<>();
    final DomainTable domains = byNumber::get;
    final Side one = new Side(1);
    final Side two = new Side(2);

    /** One domain: its channels, its guest, the vCPUs that were interrupted. */
    final class Side {
        final EventChannels events;
        final FakeGuest guest;
        final FakeFifoGuest fifo;
        final List<Integer> interrupts = new ArrayList<>();

        Side(int domid) {
            var shared = FakeGuest.frame();
            events = new EventChannels(domid, VCPUS, shared, interrupts::add, domains);
            guest = new FakeGuest(shared, VCPUS);
            fifo = new FakeFifoGuest(shared, VCPUS);
            byNumber.put(domid, events);
        }

        /** The interrupts since the last call. */
        List<Integer> interrupts() {
            List<Integer> since = List.copyOf(interrupts);
            interrupts.clear();
            return since;
        }

        /** Takes what is pending on all vCPUs, so that the next event is a new one. */
        void settle() {
            for (int vcpu = 0; vcpu < VCPUS; vcpu++) {
                guest.handleUpcall(vcpu);
            }
            interrupts.clear();
        }

        BackendPort connect(int port, Doorbell doorbell) {
            BackendPort backend = events.connect(port, doorbell);
            assertNotNull(backend);
            return backend;
        }
    }
}
