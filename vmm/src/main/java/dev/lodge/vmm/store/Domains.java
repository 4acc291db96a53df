package dev.lodge.vmm.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The domains that exist as far as the store is concerned. Guarded by the store's lock. */
final class Domains {

    private final Map<Integer, Domain> byId = new HashMap<>();

    @Nullable
    Domain find(int id) {
        return byId.get(id);
    }

    /** The domain's record, made if there is none: Domain 0 may prepare nodes for a domain yet to be introduced. */
    Domain known(int id) {
        Domain domain = byId.get(id);
        if (domain == null) {
            domain = new Domain(id);
            byId.put(id, domain);
        }
        return domain;
    }

    /**
     * A domain that is introduced.
     *
     * @throws StoreException ENOENT if it is not
     */
    Domain introduced(int id) {
        Domain domain = byId.get(id);
        if (domain == null || domain.client == null) {
            throw StoreError.ENOENT.exception();
        }
        return domain;
    }

    void forget(int id) {
        byId.remove(id);
    }

    /**
     * Marks entries for domains that a guest names but that do not exist.
     *
     * @throws StoreException ENOENT if the owner is one of those
     */
    Permissions check(Client client, Permissions permissions) {
        List<Permission> checked = new ArrayList<>(permissions.entries().size());
        for (Permission entry : permissions.entries()) {
            if (client.isPrivileged()) {
                known(entry.domain());
            }
            boolean dead = !byId.containsKey(entry.domain());
            if (dead && checked.isEmpty()) {
                throw StoreError.ENOENT.exception();
            }
            checked.add(new Permission(entry.domain(), entry.access(), dead));
        }
        return Permissions.of(checked);
    }

    /**
     * Checks what every guest would own after a transaction.
     *
     * @throws StoreException ENOSPC if one would own more than {@code limit} nodes and more than before
     */
    void checkNodes(Transaction transaction, int limit) {
        for (Map.Entry<Integer, Integer> change : transaction.nodesByOwner().entrySet()) {
            if (change.getKey() != 0
                    && change.getValue() > 0
                    && known(change.getKey()).nodes + change.getValue() > limit) {
                throw StoreError.ENOSPC.exception();
            }
        }
    }
}
