package dev.lodge.vmm;

import dev.lodge.guest.Initramfs;
import dev.lodge.guest.Job;
import dev.lodge.guest.SharedFolder;
import dev.lodge.guest.TerminalSize;
import dev.lodge.linux.KernelRandom;
import dev.lodge.vmm.agent.AgentImages;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command for a guest, its surroundings and its streams.
 *
 * {@snippet :
 * DomainBuilder builder = Lodge.domain();
 * CommandSession session = GuestCommand.of("uname", "-a").stdout(out).addTo(builder, kernel, "quiet");
 * try (Domain domain = builder.start()) {
 *     CommandResult result = session.await(domain);
 * }
 * }
 *
 * <p>A builder for one thread; it may be added to one domain.
 */
public final class GuestCommand {
    /** hvc1: the agent opens {@code /dev/hvc1}. */
    private static final int AGENT_CONSOLE = 1;

    /** Twice what Linux's generator holds. */
    private static final int SEED_BYTES = 64;

    private final List<String> words;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Path> shared = new ArrayList<>();
    private final List<SharedFolder> folders = new ArrayList<>();
    private String directory = "/";
    private @Nullable TerminalSize terminal;
    private @Nullable InputStream stdin;
    private OutputStream stdout = OutputStream.nullOutputStream();
    private OutputStream stderr = OutputStream.nullOutputStream();
    private @Nullable Path busybox;
    private @Nullable Path root;
    private String rootDisk = "";

    private GuestCommand(List<String> words) {
        this.words = words;
    }

    /**
     * A command without surroundings yet.
     *
     * @param words the program, searched in the guest's {@code PATH} unless it has a slash, and its arguments
     */
    public static GuestCommand of(String... words) {
        return new GuestCommand(List.of(words));
    }

    /** As {@link #of(String...)}. */
    public static GuestCommand of(List<String> words) {
        return new GuestCommand(List.copyOf(words));
    }

    /**
     * Instead of a command, the init of {@link #rootDisk the root disk's} own: the guest is what the disk makes it, with the first
     * console as its terminal. Its {@link CommandSession} ends with status 0 once that init has powered the guest off, or rebooted.
     */
    public static GuestCommand initOfRootDisk() {
        return new GuestCommand(List.of()).rootDisk();
    }

    /** Adds a variable to the command's environment; the guest supplies {@code PATH} and {@code HOME} where missing. */
    public GuestCommand environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Where in the guest the command starts; the root directory by default. */
    public GuestCommand directory(String path) {
        directory = path;
        return this;
    }

    /**
     * Gives the command a terminal instead of three pipes: its output all comes on {@code stdout}.
     *
     * @throws IllegalArgumentException if a size is not in 0 to 65,535; 0 means not known
     */
    public GuestCommand terminal(int rows, int columns) {
        terminal = new TerminalSize(rows, columns);
        return this;
    }

    /** What the command reads: by a thread of the session's own, which never closes it; an empty input by default. */
    public GuestCommand stdin(InputStream stream) {
        stdin = stream;
        return this;
    }

    /** Where its output goes: by a thread of the session's own, which never closes it; discarded by default. */
    public GuestCommand stdout(OutputStream stream) {
        stdout = stream;
        return this;
    }

    /** As {@link #stdout}. */
    public GuestCommand stderr(OutputStream stream) {
        stderr = stream;
        return this;
    }

    /** A static busybox, which gives the guest its shell and tools. */
    public GuestCommand busybox(Path program) {
        busybox = program;
        return this;
    }

    /** A cpio archive whose files are the guest's root instead of busybox's. */
    public GuestCommand root(Path initramfs) {
        root = initramfs;
        return this;
    }

    /**
     * Mounts a directory of the host in the guest before the command runs.
     *
     * @param path where in the guest, from its root; what is missing of it is made
     * @param readOnly whether the guest may not change anything
     * @throws IllegalArgumentException if the path does not begin with a slash, or has a NUL
     */
    public GuestCommand share(Path hostDirectory, String path, boolean readOnly) {
        folders.add(new SharedFolder("lodge" + folders.size(), path, readOnly));
        shared.add(hostDirectory);
        return this;
    }

    /**
     * Makes a directory of the host the guest's root. The directory does not change: what the guest writes is kept in its
     * memory, and gone with it. It takes a busybox to get there.
     */
    public GuestCommand rootDirectory(Path hostDirectory) {
        return share(hostDirectory, "/", true);
    }

    /**
     * Makes the domain's first disk, {@code xvda}, the guest's root: its file system or that of the first of its partitions that has a
     * root's directories, if it is ext2 to 4, xfs, btrfs, squashfs or erofs. It takes no busybox. When the command has ended, whatever
     * else runs is killed and the file system is left whole.
     */
    public GuestCommand rootDisk() {
        rootDisk = "xvda";
        return this;
    }

    /**
     * Gives a domain that is not yet started what the command needs: kernel, command line, initial file systems and a
     * second console.
     *
     * @param kernel the domain's kernel, whose front-end modules the guest is given
     * @param commandLine the kernel's; the words that run the agent are added
     * @throws IllegalArgumentException if there is no command, or a string that {@code execve} cannot take
     * @throws BootException if the kernel cannot mount what is shared
     */
    public CommandSession addTo(DomainBuilder domain, Path kernel, String commandLine) {
        Job job = new Job(words, environment, directory, terminal, folders, rootDisk);
        var session = new CommandSession(stdin, stdout, stderr, words.isEmpty());
        if (root != null) {
            domain.initrd(root);
        }
        boolean system = root == null && busybox != null && rootDisk.isEmpty();
        domain.agent(system ? busybox : null);
        domain.initrd(Initramfs.job(job, KernelRandom.bytes(SEED_BYTES)));
        domain.kernel(kernel);
        // Lodge's own small system has the agent as /init; a user's root keeps its own.
        domain.commandLine(system ? commandLine : commandLine + " rdinit=" + Initramfs.AGENT_PATH);
        if (!folders.isEmpty()) {
            AgentImages.needShares(kernel);
        }
        for (int i = 0; i < folders.size(); i++) {
            SharedFolder folder = folders.get(i);
            domain.share(new SharedDirectory(folder.tag(), shared.get(i), folder.readOnly()));
        }
        domain.console(AGENT_CONSOLE, session.console());
        return session;
    }
}
