package dev.lodge.vmm.network.host;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.UnixStream;
import dev.lodge.vmm.network.NetworkPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;

/**
 * The program passt, which gives a guest the host's network without any rights: it turns the guest's TCP, UDP and pings into
 * sockets of its own. It goes to the background when it is ready, and ends when the connection to it does, however that happens.
 */
public final class Passt {

    /** The guest's address. */
    public static final String ADDRESS = "10.0.2.15";

    /** Bits of the network's part of an address. */
    public static final int PREFIX_LENGTH = 24;

    /** The way out, and the host's own loopback address as the guest sees it. */
    public static final String GATEWAY = "10.0.2.2";

    /** Where the guest asks for names; passt passes it on to the host's resolver. */
    public static final String NAME_SERVER = "10.0.2.3";

    /** The guest's address of IPv6, in a network that is nobody else's and leads nowhere but through passt. */
    public static final String ADDRESS6 = "fd00:10:0:2::15";

    /** Bits of that network's part of an address; passt advertises them, so that a guest may choose the others itself. */
    public static final int PREFIX_LENGTH6 = 64;

    /** As {@link #GATEWAY}. */
    public static final String GATEWAY6 = "fd00:10:0:2::2";

    /** As {@link #NAME_SERVER}, if the host's own resolver has an address of IPv6. */
    public static final String NAME_SERVER6 = "fd00:10:0:2::3";

    private static final int ETHERNET_HEADER = 14;

    /** The longest IP packet, in bytes: its frame is seen at once ({@link StreamPort}). passt itself would take 65,520. */
    public static final int MTU = StreamPort.PIECE - StreamPort.PREFIX - ETHERNET_HEADER;

    private static final String PROGRAM = "passt";
    private static final long PATIENCE_SECONDS = 10;
    private static final int MOST_OF_A_COMPLAINT = 8192;

    private Passt() {}

    /**
     * Starts it and connects to it.
     *
     * @param ipv6 whether the guest can have IPv6, too ({@link HostRoutes})
     * @throws IOException if that cannot be done: the message says why, and what to do, in one line
     */
    public static NetworkPort start(boolean ipv6, List<PortForward> forwards) throws IOException, InterruptedException {
        return start(PROGRAM, ipv6, forwards);
    }

    static NetworkPort start(String program, boolean ipv6, List<PortForward> forwards)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("lodge-net");
        Path socket = directory.resolve("s");
        Path complaints = directory.resolve("log");
        try {
            run(command(program, socket, ipv6, forwards), complaints);
            FileDescriptor stream = UnixStream.connect(socket.toString());
            return new StreamPort(PROGRAM, stream);
        } catch (LinuxException refused) {
            throw new IOException("passt has started but cannot be reached: " + refused.getMessage(), refused);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(complaints);
            Files.deleteIfExists(directory);
        }
    }

    static List<String> command(String program, Path socket, boolean ipv6, List<PortForward> forwards) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.add("--quiet");
        command.add("--one-off");
        command.add("--mtu");
        command.add(Integer.toString(MTU));
        command.add("--socket");
        command.add(socket.toString());
        command.add("--netmask");
        command.add(Integer.toString(PREFIX_LENGTH));
        addAddresses(command, ADDRESS, GATEWAY, NAME_SERVER);
        if (ipv6) {
            addAddresses(command, ADDRESS6, GATEWAY6, NAME_SERVER6);
        } else {
            command.add("--ipv4-only");
        }
        if (isRoot()) { // who alone can reach a socket in this directory
            command.add("--runas");
            command.add("0");
        }
        addForwards(command, "--tcp-ports", forwards, false);
        addForwards(command, "--udp-ports", forwards, true);
        return command;
    }

    private static void addAddresses(List<String> command, String address, String gateway, String nameServer) {
        command.add("--address");
        command.add(address);
        command.add("--gateway");
        command.add(gateway);
        command.add("--dns-forward");
        command.add(nameServer);
    }

    private static void addForwards(List<String> command, String option, List<PortForward> forwards, boolean udp) {
        StringBuilder ports = new StringBuilder();
        for (PortForward forward : forwards) {
            if (forward.udp() == udp) {
                ports.append(ports.isEmpty() ? "" : ",")
                        .append(forward.host())
                        .append(':')
                        .append(forward.guest());
            }
        }
        if (!ports.isEmpty()) {
            command.add(option);
            command.add(ports.toString());
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static void run(List<String> command, Path complaints) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(complaints.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "a network for the guest without root's rights needs the program passt, which cannot be"
                            + " started: install the Debian package passt",
                    e);
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("passt is not ready after " + PATIENCE_SECONDS + " seconds" + said(complaints));
        }
        if (process.exitValue() != 0) {
            throw new IOException("passt ends with status " + process.exitValue() + said(complaints));
        }
    }

    /** What it said, in one line, with what is known of the cause. */
    private static String said(Path complaints) throws IOException {
        byte[] bytes = Files.readAllBytes(complaints);
        int from = Math.max(0, bytes.length - MOST_OF_A_COMPLAINT);
        return explain(new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8), hasAppArmor());
    }

    static String explain(String said, boolean appArmor) {
        String last = "";
        for (StringTokenizer lines = new StringTokenizer(said, "\n"); lines.hasMoreTokens(); ) {
            String line = lines.nextToken();
            // Without a system log it says so before each line that it would write there.
            if (!line.isBlank() && !line.startsWith("Failed to send")) {
                last = line.strip();
            }
        }
        if (last.isEmpty()) {
            return "";
        }
        String refused = ": " + last;
        if (last.contains("user namespace")) {
            return refused + "; this host lets it make none: it may be a chroot or a container, or see"
                    + " sysctl kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns";
        }
        if (last.contains("Permission denied") || last.contains("not permitted")) {
            return refused
                    + (appArmor
                            ? "; AppArmor may be why: passt's profile lets it have sockets below /tmp and your home"
                                    + " alone (java.io.tmpdir), see dmesg and /etc/apparmor.d/usr.bin.passt"
                            : "; ports below 1024 are for root");
        }
        return refused;
    }

    private static boolean hasAppArmor() {
        try {
            return Files.readString(Path.of("/sys/module/apparmor/parameters/enabled"))
                    .startsWith("Y");
        } catch (IOException e) {
            return false;
        }
    }
}
