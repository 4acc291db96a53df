package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.OpenFlag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code /dev/kvm}: what this host's KVM can do, and where virtual machines come from. Safe for use by several threads.
 *
 * <p>Closing it leaves the machines that it made alone.
 */
public final class Kvm implements AutoCloseable {
    /** Where KVM is found. */
    public static final String PATH = "/dev/kvm";

    private static final int MORE_CPUID_ENTRIES_THAN_KVM_GIVES = 256;

    private final FileDescriptor file;

    private Kvm(FileDescriptor file) {
        this.file = file;
    }

    /**
     * Opens {@value #PATH}.
     *
     * @throws KvmException saying what keeps this user or host from it
     */
    public static Kvm open() {
        return open(PATH);
    }

    /** Opens KVM at another path. */
    public static Kvm open(String path) {
        long fd = KvmException.check(FileDescriptor.tryOpen(path, OpenFlag.O_RDWR, 0), "open " + path);
        return of(FileDescriptor.owned(path, (int) fd));
    }

    /** Takes over an open file. */
    static Kvm of(FileDescriptor file) {
        return new Kvm(file);
    }

    /** {@code KVM_GET_API_VERSION}: {@link KvmFlag#KVM_API_VERSION}, or this is not the KVM we know. */
    public int apiVersion() {
        return (int) Ioctl.call(file, "KVM_GET_API_VERSION", KvmIoctl.KVM_GET_API_VERSION, 0);
    }

    /**
     * {@code KVM_CHECK_EXTENSION}: 0 when the capability is missing, else 1 or what it says of itself.
     *
     * @param capability one of {@link KvmCap}
     */
    public int checkExtension(int capability) {
        return (int) Ioctl.call(file, "KVM_CHECK_EXTENSION", KvmIoctl.KVM_CHECK_EXTENSION, capability);
    }

    /** {@code KVM_GET_VCPU_MMAP_SIZE}: bytes that a vCPU shares with the kernel. */
    public int vcpuMmapSize() {
        return (int) Ioctl.call(file, "KVM_GET_VCPU_MMAP_SIZE", KvmIoctl.KVM_GET_VCPU_MMAP_SIZE, 0);
    }

    /** {@code KVM_CREATE_VM}: a machine without memory or vCPUs. */
    public KvmVm createVm() {
        int mmapSize = vcpuMmapSize();
        long fd;
        do {
            fd = Ioctl.tryCall(file, KvmIoctl.KVM_CREATE_VM, 0);
        } while (fd == -Errno.EINTR);
        return KvmVm.of(FileDescriptor.owned("kvm-vm", (int) KvmException.check(fd, "KVM_CREATE_VM")), mmapSize);
    }

    /** {@code KVM_GET_SUPPORTED_CPUID}: the leaves that this host can give a guest, with the calling CPU's own APIC id. */
    public List<CpuidEntry> supportedCpuid() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = CpuidEntry.table(arena, MORE_CPUID_ENTRIES_THAN_KVM_GIVES);
            Ioctl.call(file, "KVM_GET_SUPPORTED_CPUID", KvmIoctl.KVM_GET_SUPPORTED_CPUID, table);
            return CpuidEntry.read(table);
        }
    }

    /** {@code KVM_GET_MSR_INDEX_LIST}: the MSRs that a guest's state consists of on this host. */
    public int[] msrIndexList() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = kvm_msr_list.allocate(arena);
            long result = Ioctl.tryCall(file, KvmIoctl.KVM_GET_MSR_INDEX_LIST, header);
            if (result != -Errno.E2BIG) {
                KvmException.check(result, "KVM_GET_MSR_INDEX_LIST");
            }
            int count = kvm_msr_list.nmsrs(header);
            MemorySegment list = arena.allocate(kvm_msr_list.SIZEOF + (long) Integer.BYTES * count, Long.BYTES);
            kvm_msr_list.nmsrs(list, count);
            Ioctl.call(file, "KVM_GET_MSR_INDEX_LIST", KvmIoctl.KVM_GET_MSR_INDEX_LIST, list);
            return list.asSlice(kvm_msr_list.indices$offset, (long) Integer.BYTES * count)
                    .toArray(JAVA_INT);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
