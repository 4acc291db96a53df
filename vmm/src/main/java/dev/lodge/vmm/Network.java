package dev.lodge.vmm;

import dev.lodge.linux.LinuxException;
import dev.lodge.linux.TapDevice;
import dev.lodge.vmm.backend.net.NetInterface;
import dev.lodge.vmm.backend.net.TimedAlarm;
import dev.lodge.vmm.domain.DomainZero;
import dev.lodge.vmm.network.GuestAddresses;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.host.HostRoutes;
import dev.lodge.vmm.network.host.Passt;
import dev.lodge.vmm.network.host.PortForward;
import dev.lodge.vmm.network.host.TapPort;
import dev.lodge.vmm.network.router.Credit;
import dev.lodge.vmm.network.router.Prefix;
import dev.lodge.vmm.network.router.RouterPort;
import dev.lodge.vmm.network.router.Rule;
import dev.lodge.vmm.network.router.RuleList;
import dev.lodge.vmm.network.router.RuleText;
import dev.lodge.vmm.network.router.SourceGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes one network interface of a domain, and afterwards stands for it: its rules may be changed, and their counts read,
 * while the domain runs. Described by one thread, for one domain; {@link #rules} and {@link #counts} may be called by any.
 *
 * <p>What a domain sends under another address than its interface's does not get out.
 */
public final class Network {

    private static final int ETHERNET_MTU = 1500;
    private static final String NETWORK6 = Passt.ADDRESS6 + "/" + Passt.PREFIX_LENGTH6;

    private enum Kind {
        USER,
        TAP,
        SWITCH
    }

    /**
     * A rule, and what it has decided.
     *
     * @param rule as it was given
     * @param frames how many frames it was the first to match
     * @param bytes how long they were together
     * @param refused how many of them did not pass
     */
    public record Count(String rule, long frames, long bytes, long refused) {}

    private final Kind kind;
    private final String name;
    private final List<PortForward> forwards = new ArrayList<>();
    private final RuleList rules = new RuleList();
    private volatile List<String> ruleTexts = List.of();
    private @Nullable MacAddress mac;
    private @Nullable String address;
    private @Nullable String gateway;
    private long limit;
    private volatile @Nullable RouterPort router;

    private Network(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /**
     * The host's network by way of passt, without any rights: the guest reaches what this process could reach. It has an address of
     * IPv6, too, if the host has a way out for that when the domain starts.
     */
    public static Network user() {
        Network network = new Network(Kind.USER, "passt");
        network.address = Passt.ADDRESS + "/" + Passt.PREFIX_LENGTH;
        network.gateway = Passt.GATEWAY;
        return network;
    }

    /**
     * A tap interface of the host.
     *
     * @throws IllegalArgumentException if no interface can have that name
     */
    public static Network tap(String name) {
        if (!TapDevice.isName(name)) {
            throw new IllegalArgumentException("'" + name + "' cannot be an interface's name");
        }
        return new Network(Kind.TAP, name);
    }

    /**
     * A switch within this process, of which there is one for each name: all domains that name it are behind it.
     *
     * @throws IllegalArgumentException if the name is empty
     */
    public static Network switched(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a switch without a name");
        }
        return new Network(Kind.SWITCH, name);
    }

    /** Whether it can have port forwards: it is the {@link #user} network. */
    public boolean takesForwards() {
        return kind == Kind.USER;
    }

    /**
     * The interface's address; one in Xen's range that depends on the domain's name and the network's if not said.
     *
     * @param text six bytes, such as {@code 00:16:3e:12:34:56}
     * @throws IllegalArgumentException if it is not the address of one interface
     */
    public Network mac(String text) {
        MacAddress parsed = MacAddress.parse(text);
        if (parsed == null || parsed.isGroup() || parsed.value() == 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not the address of an interface, such as 00:16:3e:12:34:56");
        }
        mac = parsed;
        return this;
    }

    /**
     * The IPv4 address that the guest's agent gives the interface, and the only one of that version that it may send from. A user network has
     * one; others have none if not said, and then any will do.
     *
     * @param text with the number of bits of its network, such as {@code 10.1.0.7/24}
     * @throws IllegalArgumentException if it is none
     */
    public Network address(String text) {
        Prefix parsed = text.indexOf('/') < 0 ? null : Prefix.parse(text);
        if (parsed == null || parsed.version() != 4) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address with its network's bits, such as 10.1.0.7/24");
        }
        if (kind == Kind.USER) {
            throw new IllegalArgumentException("a user network has an address of its own, " + address);
        }
        address = text;
        return this;
    }

    /**
     * The IPv4 address of the router that the guest's agent enters.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Network gateway(String text) {
        Prefix parsed = text.indexOf('/') < 0 ? Prefix.parse(text) : null;
        if (parsed == null || parsed.version() != 4 || kind == Kind.USER) {
            throw new IllegalArgumentException(
                    kind == Kind.USER
                            ? "a user network has a gateway of its own, " + gateway
                            : "'" + text + "' is not an address, such as 10.1.0.1");
        }
        gateway = text;
        return this;
    }

    /**
     * How much the domain may send, as a credit that fills up with time; as much as it can if not said.
     *
     * @param bytesPerSecond 1 to 100,000,000,000
     */
    public Network limit(long bytesPerSecond) {
        if (bytesPerSecond < 1 || bytesPerSecond > Credit.MOST) {
            throw new IllegalArgumentException("a limit of " + bytesPerSecond + " bytes a second");
        }
        limit = bytesPerSecond;
        return this;
    }

    /**
     * Puts a port of the guest behind one of the host.
     *
     * @throws IllegalArgumentException if a port is not 1 to 65,535, or the network is not the user's
     */
    public Network forward(int host, int guest, boolean udp) {
        if (!takesForwards()) {
            throw new IllegalArgumentException("only a user network forwards ports");
        }
        if (host < 1 || host > 0xffff || guest < 1 || guest > 0xffff) {
            throw new IllegalArgumentException("ports are 1 to 65535");
        }
        forwards.add(new PortForward(host, guest, udp));
        return this;
    }

    /**
     * Replaces the ordered list of rules; the first that matches a frame decides, and what none matches passes. At any time.
     *
     * @param texts such as {@code drop out tcp to any port 25}; see the documentation of {@code lodge run --net}
     * @throws IllegalArgumentException if one cannot be read; nothing is changed
     */
    public Network rules(List<String> texts) {
        List<Rule> parsed = new ArrayList<>(texts.size());
        for (String text : texts) {
            parsed.add(RuleText.parse(text));
        }
        synchronized (rules) {
            rules.set(parsed, System.nanoTime());
            ruleTexts = List.copyOf(texts);
        }
        return this;
    }

    /** The rules in their order, with what they have decided so far. */
    public List<Count> counts() {
        synchronized (rules) {
            List<RuleList.Count> counts = rules.counts();
            List<Count> shown = new ArrayList<>(counts.size());
            for (int i = 0; i < counts.size(); i++) {
                RuleList.Count count = counts.get(i);
                shown.add(new Count(ruleTexts.get(i), count.frames(), count.bytes(), count.refused()));
            }
            return shown;
        }
    }

    /** How many frames the domain sent under an address that is not its own; none of them got out. */
    public long forged() {
        RouterPort running = router;
        return running == null ? 0 : running.forged();
    }

    /** Opens what is behind the interface. The device owns it. */
    NetInterface open(String domain, int number) {
        MacAddress own = mac == null ? MacAddress.of(domain + "/" + name, number) : mac;
        boolean ipv6 = kind == Kind.USER && HostRoutes.haveIpv6();
        NetworkPort port = openPort(ipv6);
        TimedAlarm alarm = new TimedAlarm(limit > 0);
        RouterPort routed = new RouterPort(port, new SourceGuard(own, sources()), rules, limit, alarm);
        router = routed;
        return new NetInterface(number, own, addresses(ipv6), routed, alarm);
    }

    private GuestAddresses addresses(boolean ipv6) {
        GuestAddresses.Version four =
                new GuestAddresses.Version(address, gateway, kind == Kind.USER ? Passt.NAME_SERVER : null);
        GuestAddresses.Version six = ipv6
                ? new GuestAddresses.Version(NETWORK6, Passt.GATEWAY6, Passt.NAME_SERVER6)
                : GuestAddresses.Version.NONE;
        return new GuestAddresses(four, six, kind == Kind.USER ? Passt.MTU : ETHERNET_MTU);
    }

    /** What the domain may send from; in IPv6 a guest may choose its own address within the network that passt advertises. */
    private List<Prefix> sources() {
        List<Prefix> sources = new ArrayList<>();
        if (address != null) {
            addIfReadable(sources, Prefix.parse(address.substring(0, address.indexOf('/'))));
        }
        if (kind == Kind.USER) {
            addIfReadable(sources, Prefix.parse(NETWORK6));
        }
        return sources;
    }

    private static void addIfReadable(List<Prefix> sources, @Nullable Prefix source) {
        if (source != null) {
            sources.add(source);
        }
    }

    private NetworkPort openPort(boolean ipv6) {
        return switch (kind) {
            case USER -> openUser(ipv6);
            case TAP -> openTap();
            case SWITCH -> openSwitch();
        };
    }

    private NetworkPort openUser(boolean ipv6) {
        try {
            return Passt.start(ipv6, forwards);
        } catch (IOException refused) {
            throw new BootException(String.valueOf(refused.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BootException("interrupted while passt was starting");
        }
    }

    private NetworkPort openTap() {
        try {
            return TapPort.open(name);
        } catch (LinuxException refused) {
            throw new BootException("the network tap=" + name + " cannot be had: " + refused.getMessage());
        }
    }

    private NetworkPort openSwitch() {
        try {
            return DomainZero.instance().networkSwitch(name).plugIn();
        } catch (IllegalStateException full) {
            throw new BootException(String.valueOf(full.getMessage()));
        }
    }
}
