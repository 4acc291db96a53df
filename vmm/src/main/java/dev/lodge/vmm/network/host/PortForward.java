package dev.lodge.vmm.network.host;

/**
 * A port of the host behind which a port of the guest is.
 *
 * @param host 1 to 65,535
 * @param guest 1 to 65,535
 * @param udp of UDP; otherwise of TCP
 */
public record PortForward(int host, int guest, boolean udp) {}
