package dev.lodge.vmm.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may do what with a node. Immutable.
 *
 * <p>The first entry names the owner, who may do all, and what domains without an entry of their own may do. Domain 0 may
 * do all everywhere. Source: {@code docs/misc/xenstore.txt}, SET_PERMS.
 */
public final class Permissions {

    /** May read the value, the children and the permissions. */
    static final int READ = 1;

    /** May change the value, add children and remove the node. */
    static final int WRITE = 2;

    /** May change the permissions. */
    static final int OWN = 4;

    private static final int BYTES_PER_ENTRY = 8;

    private final List<Permission> entries;

    private Permissions(List<Permission> entries) {
        this.entries = entries;
    }

    /**
     * Permissions from entries as on the wire: {@code of("n0", "r1")} is owned by Domain 0 and readable by domain 1.
     *
     * @throws StoreException EINVAL if there is no entry, or one is no letter of {@code nrwb} and a domain number
     */
    public static Permissions of(String... entries) {
        List<Permission> parsed = new ArrayList<>(entries.length);
        for (String entry : entries) {
            parsed.add(Permission.of(entry));
        }
        return of(parsed);
    }

    /**
     * Permissions from entries, the owner's first.
     *
     * @throws StoreException EINVAL if there is no entry
     */
    public static Permissions of(List<Permission> entries) {
        if (entries.isEmpty()) {
            throw StoreError.EINVAL.exception();
        }
        return new Permissions(List.copyOf(entries));
    }

    /** All entries, the owner's first. */
    public List<Permission> entries() {
        return entries;
    }

    /** The domain that owns the node. */
    public int owner() {
        return entries.getFirst().domain();
    }

    int size() {
        return BYTES_PER_ENTRY * entries.size();
    }

    /** The rights of a client, by its own number and that of the domain it stands in for. */
    int rightsOf(Client client) {
        if (client.isPrivileged() || client.actsFor(owner())) {
            return READ | WRITE | OWN;
        }
        for (int i = 1; i < entries.size(); i++) {
            Permission entry = entries.get(i);
            if (!entry.dead() && client.actsFor(entry.domain())) {
                return entry.access().rights();
            }
        }
        return entries.getFirst().access().rights();
    }

    boolean mention(int domain) {
        for (Permission entry : entries) {
            if (entry.domain() == domain) {
                return true;
            }
        }
        return false;
    }

    Permissions ownedBy(int domain) {
        Permission owner = entries.getFirst();
        if (owner.domain() == domain) {
            return this;
        }
        List<Permission> changed = new ArrayList<>(entries);
        changed.set(0, new Permission(domain, owner.access(), false));
        return of(changed);
    }

    /** Without the entries of a domain that does not own the node. */
    Permissions without(int domain) {
        List<Permission> left = new ArrayList<>(entries.size());
        left.add(entries.getFirst());
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i).domain() != domain) {
                left.add(entries.get(i));
            }
        }
        return of(left);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Permissions that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** As {@code xenstore-ls -p} prints them: {@code n0,r1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Permission entry : entries) {
            text.append(text.isEmpty() ? "" : ",").append(entry);
        }
        return text.toString();
    }
}
