package dev.lodge.vmm.host;

import dev.lodge.linux.Errno;
import dev.lodge.linux.LinuxException;
import dev.lodge.vmm.HostReport;
import dev.lodge.vmm.HostReport.Cache;
import dev.lodge.vmm.HostReport.Capability;
import dev.lodge.vmm.HostReport.Device;
import dev.lodge.vmm.HostReport.Problem;
import dev.lodge.vmm.InstalledKernel;
import dev.lodge.vmm.Virtualisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a host for its facts and draws the conclusions. */
public final class HostInspector {
    private static final String DEVICE = "/dev/kvm";
    private static final String CLOCK_SOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    private static final int API_VERSION = 12;
    private static final long LEAST_MEMORY = 256L << 20;

    private final HostFacts facts;
    private final List<Problem> fatal = new ArrayList<>();
    private final List<Problem> other = new ArrayList<>();

    private HostInspector(HostFacts facts) {
        this.facts = facts;
    }

    /** The report; {@code home} is Lodge's directory, null when not known. */
    public static HostReport inspect(HostFacts facts, @Nullable Path home) {
        return new HostInspector(facts).report(home);
    }

    private HostReport report(@Nullable Path home) {
        String cpuinfo = textOf("/proc/cpuinfo");
        Virtualisation virtualisation = Virtualisation.ofCpuinfo(cpuinfo);
        Device device = device(virtualisation);
        long available = memory("MemAvailable:");
        if (available > 0 && available < LEAST_MEMORY) {
            other.add(new Problem(
                    "only " + (available >> 20) + " MiB of memory are available",
                    "ENOMEM",
                    "give guests less (lodge run -m 128), or free memory on this host",
                    false));
        }
        return new HostReport(
                device,
                virtualisation,
                hasFlag(cpuinfo, "hypervisor"),
                field(cpuinfo, "model name"),
                facts.processors(),
                memory("MemTotal:"),
                available,
                clockSource(),
                kernels(home),
                cache(),
                problems());
    }

    private Device device(Virtualisation virtualisation) {
        try (HostFacts.KvmDevice kvm = facts.openKvm()) {
            int version = kvm.apiVersion();
            if (version != API_VERSION) {
                fatal.add(new Problem(
                        DEVICE + " speaks version " + version + " of KVM's interface, not " + API_VERSION,
                        "",
                        "boot a Linux of 2.6.22 or later",
                        true));
            }
            if (virtualisation == Virtualisation.NONE) {
                fatal.add(new Problem(
                        "the processor has neither vmx nor svm: " + DEVICE + " here is a software KVM",
                        "",
                        "enable VT-x or AMD-V in the firmware (or nested virtualisation in the outer host),"
                                + " or use the lab: lab/run -- ./lodge run ...",
                        true));
            }
            List<Capability> capabilities = Capabilities.of(kvm);
            for (Capability capability : capabilities) {
                if (capability.value() == 0 && Capabilities.isNeeded(capability.name())) {
                    fatal.add(new Problem(
                            "this KVM lacks KVM_CAP_" + capability.name(),
                            "",
                            "boot a newer Linux on this host",
                            true));
                }
            }
            return new Device(DEVICE, version, capabilities, Capabilities.xenFlags(kvm));
        } catch (LinuxException e) {
            fatal.add(new Problem(
                    "cannot open " + DEVICE + ": " + Errno.text(e.errno()),
                    Errno.name(e.errno()),
                    remedy(e.errno(), virtualisation),
                    true));
            return new Device(DEVICE, 0, List.of(), List.of());
        }
    }

    private static String remedy(int errno, Virtualisation virtualisation) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM ->
                "join its group (sudo usermod -aG kvm $USER) and log in again; where it has no group, add the udev rule"
                        + " KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0660\"";
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> noDevice(virtualisation);
            case Errno.EBUSY ->
                "another hypervisor (VirtualBox, VMware, Xen) holds the processor's virtualisation: stop it and unload"
                        + " its kernel module";
            case Errno.EMFILE, Errno.ENFILE -> "raise the limit of open files (ulimit -n)";
            default -> "see dmesg for what KVM says about it";
        };
    }

    private static String noDevice(Virtualisation virtualisation) {
        return switch (virtualisation) {
            case VMX -> "sudo modprobe kvm_intel; if it says \"not supported\", enable VT-x in the firmware";
            case SVM -> "sudo modprobe kvm_amd; if it says \"not supported\", enable AMD-V (SVM) in the firmware";
            case NONE ->
                "enable VT-x or AMD-V in the firmware (or nested virtualisation in the outer host), then"
                        + " sudo modprobe kvm_intel or kvm_amd; or use the lab: lab/run -- ./lodge run ...";
        };
    }

    private String clockSource() {
        String source = textOf(CLOCK_SOURCE).strip();
        if (!source.isEmpty() && !source.equals("tsc") && !source.equals("kvm-clock")) {
            other.add(new Problem(
                    "the host keeps time by " + source + ": its TSC is not stable, and guests' clocks may drift",
                    "",
                    "on a machine whose TSC is known to be good, boot the host with tsc=reliable",
                    false));
        }
        return source;
    }

    private List<InstalledKernel> kernels(@Nullable Path home) {
        List<InstalledKernel> kernels = facts.kernels(home);
        if (kernels.isEmpty()) {
            fatal.add(new Problem(
                    "no kernel for a guest was found",
                    "ENOENT",
                    "fetch Debian's with make guest, or name one with lodge run -k or LODGE_KERNEL",
                    true));
        }
        return kernels;
    }

    private Cache cache() {
        Path directory = facts.cacheDirectory();
        String trouble = facts.cacheTrouble(directory);
        if (trouble.isEmpty()) {
            return new Cache(directory, "usable");
        }
        other.add(new Problem(
                "kernels cannot be kept unpacked in " + directory + ": " + trouble,
                "",
                "make the directory writable, or name another in LODGE_CACHE; until then each start unpacks anew",
                false));
        return new Cache(directory, trouble);
    }

    private List<Problem> problems() {
        var all = new ArrayList<Problem>(fatal);
        all.addAll(other);
        return List.copyOf(all);
    }

    /** A line of {@code /proc/meminfo} in bytes; 0 when there is none. */
    private long memory(String name) {
        String text = textOf("/proc/meminfo");
        int start = text.indexOf(name);
        long kibibytes = 0;
        for (int i = start + name.length(); start >= 0 && i < text.length() && text.charAt(i) != 'k'; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && kibibytes < 1L << 48) {
                kibibytes = kibibytes * 10 + (c - '0');
            }
        }
        return kibibytes << 10;
    }

    private static boolean hasFlag(String cpuinfo, String flag) {
        return (field(cpuinfo, "flags") + " ").contains(" " + flag + " ");
    }

    /** What follows a name of {@code /proc/cpuinfo} for the first processor. */
    private static String field(String cpuinfo, String name) {
        int start = cpuinfo.indexOf("\n" + name);
        int colon = start < 0 ? -1 : cpuinfo.indexOf(':', start);
        if (colon < 0) {
            return "";
        }
        int end = cpuinfo.indexOf('\n', colon);
        return cpuinfo.substring(colon + 1, end < 0 ? cpuinfo.length() : end).strip();
    }

    private String textOf(String path) {
        String text = facts.text(path);
        return text == null ? "" : text;
    }
}
