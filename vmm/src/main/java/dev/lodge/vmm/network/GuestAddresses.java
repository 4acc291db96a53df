package dev.lodge.vmm.network;

import org.jspecify.annotations.Nullable;

/**
 * What a guest is told of the network behind an interface, so that it need not ask.
 *
 * @param address its own IPv4 address with its network's bits, or null
 * @param gateway the router's IPv4 address, or null
 * @param nameServer whom to ask for names, or null
 * @param mtu the longest IP packet that the network carries, 68 to 65,521 bytes
 */
public record GuestAddresses(
        @Nullable String address,
        @Nullable String gateway,
        @Nullable String nameServer,
        int mtu) {}
