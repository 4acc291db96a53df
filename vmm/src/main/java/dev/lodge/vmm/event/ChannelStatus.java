package dev.lodge.vmm.event;

import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_closed;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_interdomain;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_ipi;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_pirq;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_unbound;
import static dev.lodge.vmm.abi.EventChannelAbi.EVTCHNSTAT_virq;

import dev.lodge.vmm.abi.DomainIds;

/**
 * The answer to {@code EVTCHNOP_status}.
 *
 * @param status {@code EVTCHNSTAT_*}
 * @param vcpu whom the channel's events interrupt
 * @param subject the remote domain, the VIRQ or the physical interrupt; 0 for others
 * @param remotePort the port at the far end of an interdomain channel; 0 for others
 */
public record ChannelStatus(int status, int vcpu, int subject, int remotePort) {

    static ChannelStatus of(Channel channel) {
        int vcpu = channel.vcpu();
        if (channel instanceof Channel.Unbound unbound) {
            return new ChannelStatus(EVTCHNSTAT_unbound, vcpu, unbound.remote(), 0);
        } else if (channel instanceof Channel.Interdomain interdomain) {
            int remote = interdomain.remote().domid();
            return new ChannelStatus(EVTCHNSTAT_interdomain, vcpu, remote, interdomain.remotePort());
        } else if (channel instanceof Channel.ToDomainZero connected) {
            int port = connected.backend().number();
            return new ChannelStatus(EVTCHNSTAT_interdomain, vcpu, DomainIds.DOMID_0, port);
        } else if (channel instanceof Channel.Virq virq) {
            return new ChannelStatus(EVTCHNSTAT_virq, vcpu, virq.virq(), 0);
        } else if (channel instanceof Channel.Pirq pirq) {
            return new ChannelStatus(EVTCHNSTAT_pirq, vcpu, pirq.pirq(), 0);
        } else if (channel instanceof Channel.Ipi) {
            return new ChannelStatus(EVTCHNSTAT_ipi, vcpu, 0, 0);
        }
        return new ChannelStatus(EVTCHNSTAT_closed, 0, 0, 0);
    }
}
