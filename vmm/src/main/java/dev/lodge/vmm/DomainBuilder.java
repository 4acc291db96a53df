package dev.lodge.vmm;

import dev.lodge.vmm.agent.AgentImages;
import dev.lodge.vmm.backend.block.BlockBackEnd;
import dev.lodge.vmm.backend.share.ShareBackEnd;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.boot.InitrdPart;
import dev.lodge.vmm.boot.KernelCache;
import dev.lodge.vmm.domain.DomainZero;
import dev.lodge.vmm.domain.Machine;
import dev.lodge.vmm.domain.MachineConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Describes a domain and starts it. One thread; a builder starts one domain. */
public final class DomainBuilder {

    /** The most vCPUs that a domain may have. */
    public static final int MAX_VCPUS = 64;

    private static final long DEFAULT_MEMORY = 256L << 20;

    private final List<InitrdPart> initrd = new ArrayList<>();
    private final TreeMap<Integer, Console> consoles = new TreeMap<>();
    private final List<Disk> disks = new ArrayList<>();
    private final List<SharedDirectory> shares = new ArrayList<>();
    private final List<BackEnd> devices = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();
    private @Nullable Path kernel;
    private @Nullable Agent agent;
    private @Nullable String name;
    private String commandLine = "";
    private long memory = DEFAULT_MEMORY;
    private int vcpus = 1;
    private HypercallPath hypercalls = HypercallPath.ANY;
    private int maxVcpus = 1;
    private Console earlyConsole = Console.DISCARD;

    /** Whose archive depends on what else the guest has: it is made at the start, and put before later parts of the initrd. */
    private record Agent(int at, @Nullable Path busybox) {}

    DomainBuilder() {}

    /** A name for people; {@code domain-N} if none is given. */
    public DomainBuilder name(String name) {
        this.name = name;
        return this;
    }

    /** The kernel: a bzImage or a vmlinux, with a PVH entry point. */
    public DomainBuilder kernel(Path kernel) {
        this.kernel = kernel;
        return this;
    }

    /** A part of the initramfs; parts are loaded one after the other, and the kernel unpacks them in that order. */
    public DomainBuilder initrd(Path part) {
        initrd.add(new InitrdPart.OfFile(part));
        return this;
    }

    /** A part of the initramfs that was made in memory; the array must not change any more. */
    public DomainBuilder initrd(byte[] part) {
        initrd.add(new InitrdPart.OfBytes(part));
        return this;
    }

    /** The agent and the kernel's modules, as the next part of the initramfs; with a busybox a whole small system. */
    void agent(@Nullable Path busybox) {
        agent = new Agent(initrd.size(), busybox);
    }

    public DomainBuilder commandLine(String commandLine) {
        this.commandLine = commandLine;
        return this;
    }

    /**
     * How much RAM the guest has; 256 MiB if not said.
     *
     * @param bytes a multiple of 4096
     */
    public DomainBuilder memory(long bytes) {
        memory = bytes;
        return this;
    }

    /**
     * How many vCPUs the guest has; 1 if not said.
     *
     * @throws BootException if it is not 1 to {@value #MAX_VCPUS}
     */
    public DomainBuilder vcpus(int count) {
        if (count < 1 || count > MAX_VCPUS) {
            throw new BootException("a guest cannot have " + count + " CPUs: give it 1 to " + MAX_VCPUS);
        }
        vcpus = count;
        return this;
    }

    /** By which way hypercalls shall arrive; by the best that the host has if not said. */
    public DomainBuilder hypercalls(HypercallPath path) {
        hypercalls = path;
        return this;
    }

    /**
     * How many vCPUs the guest may have later, by {@link Domain#setVcpus}: as many as at first if not said.
     *
     * @throws BootException if it is not 1 to {@value #MAX_VCPUS}
     */
    public DomainBuilder maxVcpus(int count) {
        if (count < 1 || count > MAX_VCPUS) {
            throw new BootException("a guest cannot have " + count + " CPUs: give it 1 to " + MAX_VCPUS);
        }
        maxVcpus = count;
        return this;
    }

    /** What is at the other end of the guest's first console, {@code hvc0}; nothing if not said. */
    public DomainBuilder console(Console console) {
        return console(0, console);
    }

    /**
     * What is at the other end of a console of the guest. Linux numbers its consoles in their order and not by what xenstore
     * calls them, so those left out below the highest are there, too, with nothing at their other end.
     *
     * @param index the N of {@code hvcN}, 0 to 9, of which Linux has device files for 0 to 7
     */
    public DomainBuilder console(int index, Console console) {
        if (index < 0 || index > 9) {
            throw new IllegalArgumentException("there is no console hvc" + index + ": 0 to 9");
        }
        consoles.put(index, console);
        return this;
    }

    /**
     * A disk of the guest's: the first is {@code xvda}, the next {@code xvdb}.
     *
     * @throws BootException if it would be one too many
     */
    public DomainBuilder disk(Disk disk) {
        if (disks.size() == BlockBackEnd.MOST_DISKS) {
            throw new BootException("a guest cannot have more than " + BlockBackEnd.MOST_DISKS + " disks");
        }
        disks.add(disk);
        return this;
    }

    /** A directory of the host for the guest to mount, over Xen's 9pfs. */
    public DomainBuilder share(SharedDirectory directory) {
        shares.add(directory);
        return this;
    }

    /** Who reads what a kernel says by {@code earlyprintk=xen}, on port 0xe9 or by the console_io hypercall. */
    public DomainBuilder earlyConsole(Console console) {
        earlyConsole = console;
        return this;
    }

    /**
     * Adds a network interface; they are numbered in this order, from 0.
     *
     * @param network for this domain alone
     */
    public DomainBuilder network(Network network) {
        networks.add(network);
        return this;
    }

    /**
     * Builds the domain and lets it run.
     *
     * @throws BootException if what was described cannot be booted; the message says what to do
     * @throws dev.lodge.linux.LinuxException if the host refused something; among them {@link dev.lodge.kvm.KvmException}
     */
    public Domain start() {
        if (kernel == null) {
            throw new BootException("a domain needs a kernel: name one");
        }
        if (agent != null) {
            addAgent(agent, kernel);
        }
        try {
            openDisks();
            openShares();
            openNetworks();
            return start(kernel);
        } catch (RuntimeException | Error refused) {
            for (BackEnd device : devices) {
                device.close();
            }
            throw refused;
        }
    }

    private void openDisks() {
        for (int i = 0; i < disks.size(); i++) {
            Disk disk = disks.get(i);
            devices.add(new BlockBackEnd(i, disk.path(), disk.open(), disk.throttle(), disk.isPersistent()));
        }
    }

    private void openShares() {
        for (int i = 0; i < shares.size(); i++) {
            SharedDirectory share = shares.get(i);
            devices.add(ShareBackEnd.open(i, share.tag(), share.directory(), share.readOnly()));
        }
    }

    private void openNetworks() {
        // A domain without a name has new addresses each time.
        String owner = name == null && !networks.isEmpty() ? UUID.randomUUID().toString() : String.valueOf(name);
        for (int i = 0; i < networks.size(); i++) {
            devices.add(networks.get(i).open(owner, i));
        }
    }

    private void addAgent(Agent added, Path kernel) {
        if (!disks.isEmpty() || !networks.isEmpty() || !shares.isEmpty()) {
            AgentImages.needDrivers(kernel);
        }
        Path archive = AgentImages.base(KernelCache.standard(), kernel, added.busybox(), !disks.isEmpty());
        initrd.add(added.at(), new InitrdPart.OfFile(archive, true));
    }

    private SortedMap<Integer, Console> consolesWithoutGaps() {
        SortedMap<Integer, Console> all = new TreeMap<>(consoles);
        int last = all.isEmpty() ? 0 : all.lastKey();
        for (int i = 1; i < last; i++) {
            all.putIfAbsent(i, Console.DISCARD);
        }
        return all;
    }

    private Domain start(Path kernel) {
        MachineConfig config = new MachineConfig(
                name,
                kernel,
                List.copyOf(initrd),
                commandLine,
                memory,
                Math.max(vcpus, maxVcpus),
                hypercalls,
                vcpus,
                consolesWithoutGaps(),
                earlyConsole,
                List.copyOf(devices));
        return new Domain(Machine.start(DomainZero.instance(), config));
    }
}
