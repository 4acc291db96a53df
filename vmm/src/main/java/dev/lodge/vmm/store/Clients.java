package dev.lodge.vmm.store;

import java.util.ArrayList;
import java.util.List;

/** All clients, oldest first: the order in which they hear of a change. Guarded by the store's lock. */
final class Clients {

    private final List<Client> all = new ArrayList<>();

    List<Client> all() {
        return all;
    }

    void add(Client client) {
        all.add(client);
    }

    void remove(Client client) {
        all.remove(client);
    }

    /** Lends the rights of a domain to nobody any more, and makes transactions that would write its name conflict. */
    void domainGone(int domain) {
        for (Client client : all) {
            if (client.actsFor(domain)) {
                client.standInFor(client.domain());
            }
            for (Transaction transaction : client.transactions()) {
                transaction.domainGone(domain);
            }
        }
    }
}
