package dev.lodge.vmm.backend.net;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.backend.xenbus.Nodes;
import dev.lodge.vmm.network.GuestAddresses;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.NetworkPort;
import org.jspecify.annotations.Nullable;

/** One network interface of a domain, {@code vif}: what its front end finds in xenstore, and what it makes of the answer. */
public final class NetInterface implements BackEnd {

    /** Queues that a front end may have. */
    static final int MOST_QUEUES = 8;

    private final int number;
    private final MacAddress mac;
    private final GuestAddresses addresses;
    private final NetworkPort network;
    private final TimedAlarm alarm;

    /**
     * An interface, which takes over the port and the alarm.
     *
     * @param number the N of {@code vif/N}, and as a rule of the guest's {@code ethN}
     * @param addresses what the guest's agent gives the interface
     * @param network where its frames go to and come from
     * @param alarm what the port's owner may be woken by
     */
    public NetInterface(int number, MacAddress mac, GuestAddresses addresses, NetworkPort network, TimedAlarm alarm) {
        this.number = number;
        this.mac = mac;
        this.addresses = addresses;
        this.network = network;
        this.alarm = alarm;
    }

    @Override
    public String kind() {
        return "vif";
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public void describe(Nodes back, Nodes front) {
        back.put("handle", number);
        back.put("mac", mac.toString());
        back.put("carrier", network.isUp() ? 1 : 0);
        back.put("hotplug-status", "connected");
        back.put("feature-sg", 1);
        // What the network does not take, the back end finishes; but large segments are better never made then.
        back.put("feature-gso-tcpv4", network.offloads().segmentation4() ? 1 : 0);
        back.put("feature-gso-tcpv6", network.offloads().segmentation6() ? 1 : 0);
        back.put("feature-ipv6-csum-offload", 1);
        back.put("feature-rx-copy", 1);
        back.put("feature-rx-flip", 0);
        back.put("feature-multicast-control", 1);
        back.put("feature-split-event-channels", 1);
        back.put("multi-queue-max-queues", MOST_QUEUES);
        front.put("handle", number);
        front.put("mac", mac.toString());
        front.put("mtu", addresses.mtu());
        tell(front, "", addresses.ipv4());
        tell(front, "6", addresses.ipv6());
    }

    /** For Lodge's agent: Xen has no names for these. */
    private static void tell(Nodes front, String version, GuestAddresses.Version addresses) {
        tell(front, "lodge-address" + version, addresses.address());
        tell(front, "lodge-gateway" + version, addresses.gateway());
        tell(front, "lodge-nameserver" + version, addresses.nameServer());
    }

    private static void tell(Nodes front, String name, @Nullable String value) {
        if (value != null) {
            front.put(name, value);
        }
    }

    @Override
    public Connection connect(FrontEnd front) throws ConnectionFault {
        if (!front.has("request-rx-copy")) {
            throw new ConnectionFault("it does not set request-rx-copy: pages cannot be flipped here");
        }
        FrontEndFeatures features = FrontEndFeatures.read(front);
        var connection = new NetConnection(front, network, alarm, features);
        connection.open((int) front.number("multi-queue-num-queues", 1, MOST_QUEUES, 1));
        return connection;
    }

    @Override
    public void close() {
        network.close();
        alarm.close();
    }
}
