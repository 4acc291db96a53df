package dev.lodge.vmm;

import dev.lodge.vmm.host.HostInspector;
import dev.lodge.vmm.host.ThisHost;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this host offers to guests, and what it lacks.
 *
 * @param kvm the device
 * @param virtualisation the processor's own
 * @param nested whether this host is itself a virtual machine
 * @param processor the processor's name; empty when not known
 * @param processors on line
 * @param memoryBytes of the host; 0 when not known
 * @param availableBytes that a guest could be given without swapping; 0 when not known
 * @param clockSource the host kernel's current one, such as {@code tsc}; empty when not known
 * @param kernels that a guest could be given, best first
 * @param cache where unpacked kernels are kept
 * @param problems what is missing, the fatal ones first
 */
public record HostReport(
        Device kvm,
        Virtualisation virtualisation,
        boolean nested,
        String processor,
        int processors,
        long memoryBytes,
        long availableBytes,
        String clockSource,
        List<InstalledKernel> kernels,
        Cache cache,
        List<Problem> problems) {

    /**
     * The KVM device.
     *
     * @param path always {@code /dev/kvm}
     * @param apiVersion 12 in every kernel since 2.6.22; 0 when it cannot be opened
     * @param capabilities that Lodge uses or could use; empty when it cannot be opened
     * @param xenFlags names of the bits of {@code KVM_CAP_XEN_HVM}, without their common prefix
     */
    public record Device(String path, int apiVersion, List<Capability> capabilities, List<String> xenFlags) {}

    /**
     * One of KVM's capabilities.
     *
     * @param name as in {@code linux/kvm.h}, without {@code KVM_CAP_}
     * @param value what {@code KVM_CHECK_EXTENSION} returns: 0 for no, else 1, a count or flags
     */
    public record Capability(String name, int value) {}

    /**
     * The directory of unpacked kernels.
     *
     * @param path of the directory
     * @param state in words: {@code usable}, {@code not yet made} or what is wrong with it
     */
    public record Cache(Path path, String state) {}

    /**
     * Something missing.
     *
     * @param what one line
     * @param errno the name of the errno that tells it, such as {@code EACCES}; empty where none does
     * @param remedy what to do; one line
     * @param fatal whether no guest can run before it is done
     */
    public record Problem(String what, String errno, String remedy, boolean fatal) {}

    /**
     * Looks at this host. Opens and closes {@code /dev/kvm}; changes nothing.
     *
     * @param home Lodge's directory, where fetched kernels are; null when not known
     */
    public static HostReport ofThisHost(@Nullable Path home) {
        return HostInspector.inspect(new ThisHost(), home);
    }

    /** Whether nothing that is missing keeps a guest from running. */
    public boolean canRunGuests() {
        for (Problem problem : problems) {
            if (problem.fatal()) {
                return false;
            }
        }
        return true;
    }
}
