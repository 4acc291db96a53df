package dev.lodge.vmm.network;

import org.jspecify.annotations.Nullable;

/**
 * What a guest is told of the network behind an interface, so that it need not ask.
 *
 * @param ipv4 of the one version of IP, which all networks have
 * @param ipv6 of the other
 * @param mtu the longest IP packet that the network carries, 68 to 65,521 bytes
 */
public record GuestAddresses(Version ipv4, Version ipv6, int mtu) {

    /**
     * Of one version of IP.
     *
     * @param address the guest's own with its network's bits, or null
     * @param gateway the router's, or null
     * @param nameServer whom to ask for names, or null
     */
    public record Version(
            @Nullable String address,
            @Nullable String gateway,
            @Nullable String nameServer) {

        /** Nothing is told. */
        public static final Version NONE = new Version(null, null, null);
    }
}
