package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A virtual machine: its memory, its interrupt controllers, its clock and its vCPUs. Safe for use by several threads. What
 * concerns Xen is in {@link #xen()}.
 */
public final class KvmVm implements AutoCloseable {
    private static final long NOBODY = -1;

    private final FileDescriptor file;
    private final int vcpuMmapSize;
    private final KvmXenVm xen;

    private KvmVm(FileDescriptor file, int vcpuMmapSize) {
        this.file = file;
        this.vcpuMmapSize = vcpuMmapSize;
        this.xen = new KvmXenVm(file);
    }

    /** Takes over an open file. */
    static KvmVm of(FileDescriptor file, int vcpuMmapSize) {
        return new KvmVm(file, vcpuMmapSize);
    }

    /** The machine's Xen side. */
    public KvmXenVm xen() {
        return xen;
    }

    /**
     * {@code KVM_CHECK_EXTENSION} for this machine: 0 when the capability is missing, else 1 or what it says of itself.
     *
     * @param capability one of {@link KvmCap}
     */
    public int checkExtension(int capability) {
        return (int) Ioctl.call(file, "KVM_CHECK_EXTENSION", KvmIoctl.KVM_CHECK_EXTENSION, capability);
    }

    /**
     * {@code KVM_ENABLE_CAP}.
     *
     * @param capability one of {@link KvmCap}
     * @param arguments at most four
     */
    public void enableCapability(int capability, long... arguments) {
        MemorySegment cap = Syscall.current().zeroedScratch(kvm_enable_cap.SIZEOF);
        kvm_enable_cap.cap(cap, capability);
        if (arguments.length > 4) {
            throw new IllegalArgumentException(arguments.length + " arguments for a capability");
        }
        for (int i = 0; i < arguments.length; i++) {
            kvm_enable_cap.args(cap, i, arguments[i]);
        }
        Ioctl.callWithScratch(file, "KVM_ENABLE_CAP", KvmIoctl.KVM_ENABLE_CAP);
    }

    /** {@code KVM_SET_TSS_ADDR}: three guest-physical pages below 4 GiB that Intel's VMX needs for real mode. */
    public void setTssAddress(long guestAddress) {
        Ioctl.call(file, "KVM_SET_TSS_ADDR", KvmIoctl.KVM_SET_TSS_ADDR, guestAddress);
    }

    /** {@code KVM_SET_IDENTITY_MAP_ADDR}: one guest-physical page below 4 GiB for the same. Before the first vCPU. */
    public void setIdentityMapAddress(long guestAddress) {
        Syscall.current().scratch().set(JAVA_LONG, 0, guestAddress);
        Ioctl.callWithScratch(file, "KVM_SET_IDENTITY_MAP_ADDR", KvmIoctl.KVM_SET_IDENTITY_MAP_ADDR);
    }

    /** {@code KVM_CREATE_IRQCHIP}: local APICs, an I/O APIC and PICs inside the kernel. Before the first vCPU. */
    public void createIrqchip() {
        Ioctl.call(file, "KVM_CREATE_IRQCHIP", KvmIoctl.KVM_CREATE_IRQCHIP, 0);
    }

    /**
     * {@code KVM_SET_USER_MEMORY_REGION}: puts host memory at a guest-physical address.
     *
     * @param slot its number, for replacing it
     * @param flags {@code KVM_MEM_*} of {@link KvmFlag}
     * @param guestAddress a multiple of 4096
     * @param host whole pages; stays mapped as long as a vCPU may run
     */
    public void setUserMemoryRegion(int slot, int flags, long guestAddress, MemorySegment host) {
        setUserMemoryRegion(slot, flags, guestAddress, Syscall.address(host, 1), host.byteSize());
    }

    /** {@code KVM_SET_USER_MEMORY_REGION} with size 0: takes a slot's memory away from the guest. */
    public void removeUserMemoryRegion(int slot) {
        setUserMemoryRegion(slot, 0, 0, 0, 0);
    }

    private void setUserMemoryRegion(int slot, int flags, long guestAddress, long hostAddress, long size) {
        MemorySegment region = Syscall.current().zeroedScratch(kvm_userspace_memory_region.SIZEOF);
        kvm_userspace_memory_region.slot(region, slot);
        kvm_userspace_memory_region.flags(region, flags);
        kvm_userspace_memory_region.guest_phys_addr(region, guestAddress);
        kvm_userspace_memory_region.memory_size(region, size);
        kvm_userspace_memory_region.userspace_addr(region, hostAddress);
        Ioctl.callWithScratch(file, "KVM_SET_USER_MEMORY_REGION", KvmIoctl.KVM_SET_USER_MEMORY_REGION);
    }

    /**
     * {@code KVM_CREATE_VCPU}.
     *
     * @param id its number, which is its APIC id
     */
    public KvmVcpu createVcpu(int id) {
        long fd = Ioctl.call(file, "KVM_CREATE_VCPU", KvmIoctl.KVM_CREATE_VCPU, id);
        return KvmVcpu.of(FileDescriptor.owned("kvm-vcpu:" + id, (int) fd), vcpuMmapSize);
    }

    /**
     * {@code KVM_SIGNAL_MSI}: raises an interrupt. From any thread, without allocation.
     *
     * @param addressLo bits 31..0 of the message's address: 0xfee00000 and the destination's APIC id in bits 19..12
     * @param addressHi bits 63..32; with x2APIC ids of 32 bits, the id's upper 24 bits in bits 31..8
     * @param data the vector in bits 7..0 and the delivery mode in bits 10..8
     * @return false when the guest did not take it: its local APIC is off, or there is none of that id
     */
    public boolean signalMsi(int addressLo, int addressHi, int data) {
        MemorySegment msi = Syscall.current().zeroedScratch(kvm_msi.SIZEOF);
        kvm_msi.address_lo(msi, addressLo);
        kvm_msi.address_hi(msi, addressHi);
        kvm_msi.data(msi, data);
        Syscall syscall = Syscall.current();
        long result = syscall.ioctl(file.fd(), KvmIoctl.KVM_SIGNAL_MSI, syscall.scratchAddress());
        // KVM's own word for nobody, -1, where two local APICs were given one id: not an errno, though it reads as
        // EPERM.
        return result != NOBODY && KvmException.check(result, "KVM_SIGNAL_MSI") > 0;
    }

    /**
     * {@code KVM_IRQFD}: lets an eventfd raise a GSI inside the kernel, or ends that.
     *
     * @param eventFd the number of an eventfd
     * @param gsi its row of the table that {@link #setGsiRouting} set
     * @param flags {@code KVM_IRQFD_FLAG_*} of {@link KvmFlag}
     */
    public void irqfd(int eventFd, int gsi, int flags) {
        MemorySegment irqfd = Syscall.current().zeroedScratch(kvm_irqfd.SIZEOF);
        kvm_irqfd.fd(irqfd, eventFd);
        kvm_irqfd.gsi(irqfd, gsi);
        kvm_irqfd.flags(irqfd, flags);
        Ioctl.callWithScratch(file, "KVM_IRQFD", KvmIoctl.KVM_IRQFD);
    }

    /**
     * {@code KVM_IOEVENTFD}: lets a guest's write ring an eventfd without an exit, or ends that.
     *
     * @param address a port with {@link KvmFlag#KVM_IOEVENTFD_FLAG_PIO}, else a guest-physical address
     * @param length bytes of the write: 1, 2, 4, 8, or 0 for any
     * @param eventFd the number of an eventfd
     * @param flags {@code KVM_IOEVENTFD_FLAG_*} of {@link KvmFlag}
     * @param dataMatch what must be written, with {@link KvmFlag#KVM_IOEVENTFD_FLAG_DATAMATCH}
     */
    public void ioeventfd(long address, int length, int eventFd, int flags, long dataMatch) {
        MemorySegment ioeventfd = Syscall.current().zeroedScratch(kvm_ioeventfd.SIZEOF);
        kvm_ioeventfd.datamatch(ioeventfd, dataMatch);
        kvm_ioeventfd.addr(ioeventfd, address);
        kvm_ioeventfd.len(ioeventfd, length);
        kvm_ioeventfd.fd(ioeventfd, eventFd);
        kvm_ioeventfd.flags(ioeventfd, flags);
        Ioctl.callWithScratch(file, "KVM_IOEVENTFD", KvmIoctl.KVM_IOEVENTFD);
    }

    /** {@code KVM_SET_GSI_ROUTING}: replaces the whole table of where GSIs lead. Needs {@link #createIrqchip}. */
    public void setGsiRouting(List<GsiRoute> routes) {
        try (Arena arena = Arena.ofConfined()) {
            Ioctl.call(file, "KVM_SET_GSI_ROUTING", KvmIoctl.KVM_SET_GSI_ROUTING, GsiRoutingTable.write(arena, routes));
        }
    }

    /**
     * {@code KVM_X86_SET_MSR_FILTER}: the MSRs whose accesses become exits {@code KVM_EXIT_X86_RDMSR} and
     * {@code KVM_EXIT_X86_WRMSR}, once {@link KvmCap#KVM_CAP_X86_USER_SPACE_MSR} is enabled with
     * {@link KvmExit#KVM_MSR_EXIT_REASON_FILTER}. All other MSRs stay KVM's.
     *
     * @param denied at most {@link KvmFlag#KVM_MSR_FILTER_MAX_RANGES}
     */
    public void setMsrFilter(List<MsrRange> denied) {
        try (Arena arena = Arena.ofConfined()) {
            Ioctl.call(
                    file,
                    "KVM_X86_SET_MSR_FILTER",
                    KvmIoctl.KVM_X86_SET_MSR_FILTER,
                    MsrRange.writeFilter(arena, denied));
        }
    }

    /** {@code KVM_GET_CLOCK}. */
    public KvmClock getClock() {
        MemorySegment clock = readClock();
        return new KvmClock(
                kvm_clock_data.clock(clock),
                kvm_clock_data.flags(clock),
                kvm_clock_data.realtime(clock),
                kvm_clock_data.host_tsc(clock));
    }

    /** {@code KVM_GET_CLOCK}, the guest's time alone: ns since the machine was created. Allocates nothing. */
    public long clockNanos() {
        return kvm_clock_data.clock(readClock());
    }

    /**
     * {@code KVM_GET_CLOCK}, the host's time-stamp counter alone. Allocates nothing.
     *
     * @return the counter, or -1 where KVM does not tell: before Linux 5.16, or with a TSC that is not the host's clock
     */
    public long hostTsc() {
        MemorySegment clock = readClock();
        return (kvm_clock_data.flags(clock) & KvmFlag.KVM_CLOCK_HOST_TSC) != 0 ? kvm_clock_data.host_tsc(clock) : -1;
    }

    private MemorySegment readClock() {
        MemorySegment clock = Syscall.current().zeroedScratch(kvm_clock_data.SIZEOF);
        Ioctl.callWithScratch(file, "KVM_GET_CLOCK", KvmIoctl.KVM_GET_CLOCK);
        return clock;
    }

    /** {@code KVM_SET_CLOCK}: of the flags, only {@link KvmFlag#KVM_CLOCK_REALTIME} may be set. */
    public void setClock(KvmClock time) {
        MemorySegment clock = Syscall.current().zeroedScratch(kvm_clock_data.SIZEOF);
        kvm_clock_data.clock(clock, time.nanos());
        kvm_clock_data.flags(clock, time.flags());
        kvm_clock_data.realtime(clock, time.realtimeNanos());
        kvm_clock_data.host_tsc(clock, time.hostTsc());
        Ioctl.callWithScratch(file, "KVM_SET_CLOCK", KvmIoctl.KVM_SET_CLOCK);
    }

    /** Closes this file. The machine is gone when its vCPUs are closed too. */
    @Override
    public void close() {
        file.close();
    }
}
