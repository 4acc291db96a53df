package dev.lodge.cli;

import dev.lodge.vmm.Disk;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.Network;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of {@code lodge run}. Options end at {@code --} or at the first word that is none: what follows
 * belongs to the command. picocli would do it, at several times the cost of all else that runs before the guest.
 */
final class RunArguments {
    private static final RunOption[] OPTIONS = RunOption.values();
    private static final long DEFAULT_MEMORY = 256L << 20;

    private final String[] arguments;
    private int at;
    private @Nullable Path kernel;
    private @Nullable Path initrd;
    private @Nullable Path root;
    private @Nullable Disk rootDisk;
    private final List<ShareArgument> shares = new ArrayList<>();
    private @Nullable Path stats;
    private @Nullable Path xenstore;
    private @Nullable Duration timeout;
    private String append = "";
    private long memory = DEFAULT_MEMORY;
    private int cpus = 1;
    private HypercallPath hypercalls = HypercallPath.ANY;
    private int maxCpus = 1;
    private final List<Disk> disks = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();
    private final List<NetworkText.Forward> forwards = new ArrayList<>();
    private final List<ConsoleArgument> consoles = new ArrayList<>();
    private boolean verbose;
    private boolean force;
    private boolean help;

    private RunArguments(String[] arguments, int start) {
        this.arguments = arguments;
        this.at = start;
    }

    /**
     * Reads what follows the word {@code run}.
     *
     * @param start index of the first argument to read
     * @throws CommandLineException if an option is unknown, lacks its value or has a wrong one
     */
    static RunRequest parse(String[] arguments, int start) {
        return new RunArguments(arguments, start).parse();
    }

    private RunRequest parse() {
        while (at < arguments.length && isOption(arguments[at])) {
            String argument = arguments[at++];
            if (argument.equals("--")) {
                break;
            }
            option(argument);
        }
        List<String> command = Arrays.asList(arguments).subList(at, arguments.length);
        if (!command.isEmpty() && command.getFirst().isEmpty()) {
            throw new CommandLineException("the command's name is empty");
        }
        checkRoots(command);
        return new RunRequest(
                kernel,
                initrd,
                root,
                rootDisk,
                List.copyOf(shares),
                append,
                memory,
                cpus,
                hypercalls,
                maxCpus,
                List.copyOf(disks),
                networks(),
                consoles(command),
                timeout,
                stats,
                xenstore,
                verbose,
                force,
                help,
                List.copyOf(command));
    }

    private void checkRoots(List<String> command) {
        int roots = (initrd == null ? 0 : 1) + (root == null ? 0 : 1) + (rootDisk == null ? 0 : 1);
        if (roots > 1) {
            throw new CommandLineException(
                    "--root, --root-disk and --initrd each make the guest's root: give one of them");
        }
        if (initrd != null && command.isEmpty() && !shares.isEmpty()) {
            throw new CommandLineException(
                    "--share with --initrd needs a COMMAND: the initrd's own init mounts nothing");
        }
    }

    /** The networks, of which the first that can has the port forwards. */
    private List<Network> networks() {
        if (forwards.isEmpty()) {
            return List.copyOf(networks);
        }
        Network user = null;
        for (Network network : networks) {
            if (user == null && network.takesForwards()) {
                user = network;
            }
        }
        if (user == null) {
            if (!networks.isEmpty()) {
                throw new CommandLineException(
                        RunOption.PORT.shortName + ": only a network 'user' forwards ports: add --net user");
            }
            user = Network.user();
            networks.add(user);
        }
        for (NetworkText.Forward forward : forwards) {
            user.forward(forward.host(), forward.guest(), forward.udp());
        }
        return List.copyOf(networks);
    }

    /** The consoles; only an initrd's own init, which needs no agent, leaves hvc1 free. */
    private List<ConsoleArgument> consoles(List<String> command) {
        return consoles.isEmpty() ? List.of() : ConsoleArgument.number(consoles, initrd == null || !command.isEmpty());
    }

    private static boolean isOption(String argument) {
        return argument.length() > 1 && argument.charAt(0) == '-';
    }

    private void option(String argument) {
        int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
        String name = equals < 0 ? argument : argument.substring(0, equals);
        RunOption option = find(name);
        String attached = equals < 0 ? null : argument.substring(equals + 1);
        if (option == null && argument.charAt(1) != '-') {
            option = find(argument.substring(0, 2));
            attached = argument.substring(2);
        }
        if (option == null) {
            throw new CommandLineException("unknown option " + name);
        }
        if (!option.takesValue()) {
            if (attached != null) {
                throw new CommandLineException(option.longName + " takes no value");
            }
            set(option, "", option.longName);
            return;
        }
        if (attached == null) {
            if (at == arguments.length) {
                throw new CommandLineException(name + " lacks its " + option.value);
            }
            attached = arguments[at++];
        }
        set(option, attached, option.longName);
    }

    private static @Nullable RunOption find(String name) {
        for (RunOption option : OPTIONS) {
            if (name.equals(option.longName) || name.equals(option.shortName)) {
                return option;
            }
        }
        return null;
    }

    private void set(RunOption option, String value, String name) {
        switch (option) {
            case KERNEL -> kernel = path(value, name);
            case INITRD -> initrd = path(value, name);
            case ROOT -> root = path(value, name);
            case ROOT_DISK -> rootDisk = DiskArgument.parse(value, name);
            case SHARE -> shares.add(ShareArgument.parse(value, name));
            case APPEND -> append = append.isEmpty() ? value : append + " " + value;
            case MEMORY -> memory = Quantities.size(value, name);
            case CPUS -> cpus = Quantities.count(value, name, 1, DomainBuilder.MAX_VCPUS);
            case MAX_CPUS -> maxCpus = Quantities.count(value, name, 1, DomainBuilder.MAX_VCPUS);
            case DISK -> disks.add(DiskArgument.parse(value, name));
            case NET -> networks.add(NetworkText.network(value, name));
            case PORT -> forwards.add(NetworkText.forward(value, "-p"));
            case CONSOLE -> consoles.add(ConsoleArgument.parse(value));
            case TIMEOUT -> timeout = Quantities.duration(value, name);
            case HYPERCALLS -> hypercalls = hypercallPath(value, name);
            case STATS -> stats = path(value, name);
            case XENSTORE -> xenstore = path(value, name);
            case VERBOSE -> verbose = true;
            case FORCE -> force = true;
            case HELP -> help = true;
        }
    }

    private static HypercallPath hypercallPath(String value, String name) {
        return switch (value) {
            case "kvm" -> HypercallPath.KVM;
            case "patched" -> HypercallPath.PATCHED;
            default -> throw new CommandLineException(name + " '" + value + "': not 'kvm' or 'patched'");
        };
    }

    static Path path(String value, String name) {
        try {
            if (!value.isEmpty()) {
                return Path.of(value);
            }
        } catch (InvalidPathException e) {
            // said below, in the same words as for no name at all
        }
        throw new CommandLineException(name + " '" + value.replace('\0', '?') + "': not a file's name");
    }
}
