package dev.lodge.vmm.domain;

import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.network.LearningSwitch;
import dev.lodge.vmm.socket.StoreSocket;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.StoreSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Domain 0: this process. It has the store, gives domains their numbers and finds their event channels.
 *
 * <p>Any thread.
 */
public final class DomainZero {

    private static final class Holder {
        static final DomainZero INSTANCE = new DomainZero();
    }

    private final Store store = new Store();
    private final StoreSession session = store.session(() -> {});
    private final ConcurrentHashMap<String, LearningSwitch> switches = new ConcurrentHashMap<>();
    private final HypercallTable hypercalls = new HypercallTable();
    private final @Nullable EventChannels[] domains = new @Nullable EventChannels[DomainIds.DOMID_FIRST_RESERVED];
    private final @Nullable GrantTable[] grants = new @Nullable GrantTable[DomainIds.DOMID_FIRST_RESERVED];
    private final boolean[] taken = new boolean[DomainIds.DOMID_FIRST_RESERVED];
    private int lastDomid;

    private DomainZero() {
        DomainNodes.writeDomainZero(session);
    }

    /** The one of this process. */
    public static DomainZero instance() {
        return Holder.INSTANCE;
    }

    Store store() {
        return store;
    }

    /** Offers the store to the tools of the host. */
    public StoreSocket openSocket(Path path) throws IOException {
        return StoreSocket.open(store, path);
    }

    HypercallTable hypercalls() {
        return hypercalls;
    }

    /** The switch of that name between domains of this process; made when it is first asked for, and kept. */
    public LearningSwitch networkSwitch(String name) {
        return switches.computeIfAbsent(name, LearningSwitch::new);
    }

    /** A number that no domain has; numbers are used again as late as can be. */
    synchronized int allocateDomid() {
        for (int i = 0; i < DomainIds.DOMID_FIRST_RESERVED; i++) {
            lastDomid = lastDomid % (DomainIds.DOMID_FIRST_RESERVED - 1) + 1;
            if (!taken[lastDomid]) {
                taken[lastDomid] = true;
                return lastDomid;
            }
        }
        throw new IllegalStateException("there are as many domains as there are numbers");
    }

    synchronized void register(int domid, EventChannels events) {
        domains[domid] = events;
    }

    synchronized void register(int domid, GrantTable table) {
        grants[domid] = table;
    }

    synchronized void release(int domid) {
        domains[domid] = null;
        grants[domid] = null;
        taken[domid] = false;
    }

    synchronized @Nullable EventChannels find(int domid) {
        return domid > 0 && domid < domains.length ? domains[domid] : null;
    }

    synchronized @Nullable GrantTable findGrants(int domid) {
        return domid > 0 && domid < grants.length ? grants[domid] : null;
    }
}
