package dev.lodge.vmm.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.event.FakeGuest;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conformance of a new domain's nodes with those that xl 4.17 writes for a PVH domain, as {@code xenstore-ls -fp} shows them. */
class DomainNodesTest {

    private static final String UUID = "7b51f62c-956f-4e62-b823-a8678a00c1ce";

    /** Real Xen's, without what only a running guest or another tool writes there. */
    private static final String EXPECTED = """
            /local/domain/0/domid = "0"   (n0)
            /local/domain/0/name = "Domain-0"   (n0)
            /local/domain/0/backend = ""   (n0)
            /local/domain/0/backend/console = ""   (n0)
            /local/domain/0/backend/console/1 = ""   (n0)
            /local/domain/0/backend/console/1/0 = ""   (n0,r1)
            /local/domain/0/backend/console/1/0/frontend = "/local/domain/1/console"   (n0,r1)
            /local/domain/0/backend/console/1/0/frontend-id = "1"   (n0,r1)
            /local/domain/0/backend/console/1/0/online = "1"   (n0,r1)
            /local/domain/0/backend/console/1/0/state = "1"   (n0,r1)
            /local/domain/0/backend/console/1/0/protocol = "vt100"   (n0,r1)
            /local/domain/1 = ""   (n0,r1)
            /local/domain/1/vm = "/vm/7b51f62c-956f-4e62-b823-a8678a00c1ce"   (n0,r1)
            /local/domain/1/name = "ref"   (n0,r1)
            /local/domain/1/cpu = ""   (n0,r1)
            /local/domain/1/cpu/0 = ""   (n0,r1)
            /local/domain/1/cpu/0/availability = "online"   (n0,r1)
            /local/domain/1/memory = ""   (n0,r1)
            /local/domain/1/memory/static-max = "262144"   (n0,r1)
            /local/domain/1/memory/target = "262144"   (n0,r1)
            /local/domain/1/memory/videoram = "0"   (n0,r1)
            /local/domain/1/device = ""   (n0,r1)
            /local/domain/1/device/suspend = ""   (n0,r1)
            /local/domain/1/device/suspend/event-channel = ""   (n1)
            /local/domain/1/control = ""   (n0,r1)
            /local/domain/1/control/shutdown = ""   (n1)
            /local/domain/1/control/feature-poweroff = ""   (n1)
            /local/domain/1/control/feature-reboot = ""   (n1)
            /local/domain/1/control/feature-suspend = ""   (n1)
            /local/domain/1/control/sysrq = ""   (n1)
            /local/domain/1/control/platform-feature-multiprocessor-suspend = "1"   (n0,r1)
            /local/domain/1/control/platform-feature-xs_reset_watches = "1"   (n0,r1)
            /local/domain/1/data = ""   (n1)
            /local/domain/1/drivers = ""   (n1)
            /local/domain/1/feature = ""   (n1)
            /local/domain/1/attr = ""   (n1)
            /local/domain/1/error = ""   (n1)
            /local/domain/1/domid = "1"   (n0,r1)
            /local/domain/1/store = ""   (n0,r1)
            /local/domain/1/store/port = "1"   (n0,r1)
            /local/domain/1/store/ring-ref = "1044476"   (n0,r1)
            /local/domain/1/console = ""   (n0,r1)
            /local/domain/1/console/backend = "/local/domain/0/backend/console/1/0"   (n0,r1)
            /local/domain/1/console/backend-id = "0"   (n1,r0)
            /local/domain/1/console/limit = "1048576"   (n0,r1)
            /local/domain/1/console/type = "xenconsoled"   (n0,r1)
            /local/domain/1/console/output = "pty"   (n0,r1)
            /local/domain/1/console/tty = ""   (n0,r1)
            /local/domain/1/console/port = "2"   (n0,r1)
            /local/domain/1/console/ring-ref = "1044479"   (n0,r1)
            /vm = ""   (n0)
            /vm/7b51f62c-956f-4e62-b823-a8678a00c1ce = ""   (n0,r1)
            /vm/7b51f62c-956f-4e62-b823-a8678a00c1ce/name = "ref"   (n0,r1)
            /vm/7b51f62c-956f-4e62-b823-a8678a00c1ce/uuid = "7b51f62c-956f-4e62-b823-a8678a00c1ce"   (n0,r1)
            """;

    private final StoreSession store = new Store().session(() -> {});

    private void write() {
        DomainNodes.writeDomainZero(store);
        DomainNodes.write(store, 1, "ref", UUID, 256L << 20, 1, 1);
    }

    @Test
    void theNodesAreThoseOfARealXen() {
        write();
        List<String> expected = EXPECTED.lines().sorted().toList();
        List<String> written = new ArrayList<>();
        list("", written);
        String startTime = "/vm/" + UUID + "/start_time";
        assertTrue(String.valueOf(store.read(startTime)).matches("[0-9]{10}\\.[0-9]{2}"));
        written.removeIf(line -> line.startsWith("/tool")
                || line.startsWith(startTime)
                || List.of("/local", "/local/domain", "/local/domain/0")
                        .contains(line.substring(0, line.indexOf(' '))));
        written.sort(null);
        assertEquals(String.join("\n", expected), String.join("\n", written));
    }

    @Test
    void everyVcpuIsListed() {
        DomainNodes.write(store, 3, "four", UUID, 1L << 30, 4, 2);
        assertEquals(List.of("0", "1", "2", "3"), store.list("/local/domain/3/cpu"));
        assertEquals("online", store.read("/local/domain/3/cpu/1/availability"));
        assertEquals("offline", store.read("/local/domain/3/cpu/2/availability"));
        DomainNodes.setOnline(store, 3, 4, 1);
        assertEquals("offline", store.read("/local/domain/3/cpu/1/availability"));
        assertEquals("online", store.read("/local/domain/3/cpu/0/availability"));
        assertEquals("1048576", store.read("/local/domain/3/memory/target"));
    }

    @Test
    void nothingOfADomainIsLeftWhenItIsRemoved() {
        write();
        DomainNodes.write(store, 2, "other", "another-uuid", 1 << 20, 1, 1);
        store.write("/local/domain/0/backend/vbd/1/51712/state", "4");
        DomainNodes.remove(store, 1, UUID);
        DomainNodes.remove(store, 1, UUID);
        assertFalse(store.exists("/local/domain/1"));
        assertFalse(store.exists("/vm/" + UUID));
        assertEquals(List.of(), store.list("/local/domain/0/backend/vbd"));
        assertEquals(List.of("2"), store.list("/local/domain/0/backend/console"));
        assertEquals("other", store.read("/local/domain/2/name"));
    }

    @Test
    void domainNumbersAreTakenOnceAndUsedAgainAsLateAsCanBe() {
        DomainZero zero = DomainZero.instance();
        int first = zero.allocateDomid();
        int second = zero.allocateDomid();
        assertNotEquals(first, second);
        zero.release(first);
        int third = zero.allocateDomid();
        assertNotEquals(first, third);
        assertNotEquals(second, third);
        zero.release(second);
        zero.release(third);
    }

    @Test
    void whenAllNumbersAreTakenThereIsNoMoreDomain() {
        DomainZero zero = DomainZero.instance();
        List<Integer> taken = new ArrayList<>();
        assertThrows(IllegalStateException.class, () -> {
            while (true) {
                taken.add(zero.allocateDomid());
            }
        });
        assertEquals(1, taken.stream().mapToInt(Integer::intValue).min().orElse(0));
        assertEquals(0x7fef, taken.stream().mapToInt(Integer::intValue).max().orElse(0));
        zero.release(500);
        assertEquals(500, zero.allocateDomid());
        taken.forEach(zero::release);
    }

    @Test
    void aDomainsChannelsAreFoundWhileItIsRegistered() {
        DomainZero zero = DomainZero.instance();
        int domid = zero.allocateDomid();
        EventChannels events = new EventChannels(domid, 1, FakeGuest.frame(), vcpu -> {}, zero::find);
        assertNull(zero.find(domid));
        zero.register(domid, events);
        assertEquals(events, zero.find(domid));
        for (int nobody : new int[] {0, -1, 0x7ff0, 0xffff, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertNull(zero.find(nobody));
        }
        zero.release(domid);
        assertNull(zero.find(domid));
    }

    private void list(String path, List<String> lines) {
        for (String name : store.list(path.isEmpty() ? "/" : path)) {
            String child = path + "/" + name;
            assertNotNull(store.read(child));
            lines.add(child + " = \"" + store.read(child) + "\"   (" + store.permissions(child) + ")");
            list(child, lines);
        }
    }
}
