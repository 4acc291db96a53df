package dev.lodge.kvm;

import dev.lodge.linux.Errno;
import dev.lodge.linux.LinuxException;

/**
 * KVM refused a call. The message names the ioctl, the errno and what to do:
 * {@code KVM_CREATE_VM: EBUSY (device or resource busy): another hypervisor ...}.
 */
public final class KvmException extends LinuxException {
    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param call the ioctl's C name and what it was about, or {@code open /dev/kvm}
     * @param errno one of {@link Errno}, positive
     */
    public KvmException(String call, int errno) {
        super(call, errno, remedy(call, errno));
    }

    /** Passes a result through, or throws when it is a negated errno. */
    static long check(long result, String call) {
        if (result < 0) {
            throw new KvmException(call, (int) -result);
        }
        return result;
    }

    private static String remedy(String call, int errno) {
        boolean opening = call.startsWith("open ");
        return switch (errno) {
            case Errno.EACCES ->
                "add yourself to group kvm (sudo usermod -aG kvm $USER, then log in again), or install the udev rule"
                        + " KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0660\"";
            case Errno.ENOENT ->
                opening
                        ? "load KVM (sudo modprobe kvm_intel, or kvm_amd); if that fails, enable virtualisation (VT-x,"
                                + " SVM) in the firmware, or nested virtualisation when this is a virtual machine"
                        : "";
            case Errno.ENODEV, Errno.ENXIO ->
                opening
                        ? "load kvm_intel or kvm_amd (sudo modprobe); if it refuses, enable virtualisation (VT-x, SVM)"
                                + " in the firmware"
                        : "";
            case Errno.EBUSY ->
                call.equals("KVM_CREATE_VM") || opening
                        ? "another hypervisor (VirtualBox, VMware) uses VT-x or SVM: stop its machines"
                        : "";
            case Errno.EPERM ->
                opening
                        ? "a container or sandbox forbids it: give it the device (docker run --device /dev/kvm)"
                        : "check the limits and the sandbox of this process";
            case Errno.EMFILE, Errno.ENFILE -> "raise the limit of open files (ulimit -n, sysctl fs.file-max)";
            case Errno.ENOMEM -> "free memory on this host, or give the guest less";
            case Errno.ENOTTY -> opening ? "" : "this host's kernel does not know the call: use a newer one";
            default -> "";
        };
    }
}
