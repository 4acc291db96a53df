package dev.lodge.vmm.event;

/**
 * The answer to {@code EVTCHNOP_status}.
 *
 * @param status {@code EVTCHNSTAT_*}
 * @param vcpu whom the channel's events interrupt
 * @param subject the remote domain, or the VIRQ; 0 for others
 * @param remotePort the port at the far end of an interdomain channel; 0 for others
 */
public record ChannelStatus(int status, int vcpu, int subject, int remotePort) {}
