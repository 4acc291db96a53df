package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.MemoryMapping;
import dev.lodge.linux.Mman;
import dev.lodge.linux.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A virtual CPU. It belongs to one platform thread, the one that calls {@link #run}: the kernel makes every other caller
 * wait until {@code KVM_RUN} is over. What concerns Xen is in {@link #xen()}; {@link VcpuKicker} takes it out of
 * {@link #run} from another thread.
 */
public final class KvmVcpu implements AutoCloseable {
    /** From {@link #run}: a signal is pending or {@code immediate_exit} is set; the guest may not have run at all. */
    public static final int INTERRUPTED = -Errno.EINTR;

    /** From {@link #run}: the vCPU was woken while it waited to be started by another; call again. */
    public static final int AGAIN = -Errno.EAGAIN;

    private final FileDescriptor file;
    private final MemoryMapping shared;
    private final KvmRun runState;
    private final KvmXenVcpu xen;
    private final Syscall syscall = new Syscall();

    private KvmVcpu(FileDescriptor file, MemoryMapping shared) {
        this.file = file;
        this.shared = shared;
        this.runState = new KvmRun(shared.segment());
        this.xen = new KvmXenVcpu(file);
    }

    /** Takes over an open file and maps the page it shares with the kernel. */
    static KvmVcpu of(FileDescriptor file, int mmapSize) {
        try {
            return new KvmVcpu(
                    file, MemoryMapping.file(file, 0, mmapSize, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED));
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    /** The vCPU's Xen side. */
    public KvmXenVcpu xen() {
        return xen;
    }

    /** What {@link #run} takes and leaves. */
    public KvmRun runState() {
        return runState;
    }

    /**
     * {@code KVM_RUN}: runs the guest until something is for us to do. One system call, without allocation; only ever from
     * one thread at a time.
     *
     * @return one of {@link KvmExit}, or {@link #INTERRUPTED} or {@link #AGAIN}
     * @throws KvmException for any other refusal
     */
    public int run() {
        long result = syscall.ioctl(file.fd(), KvmIoctl.KVM_RUN, 0);
        if (result >= 0) {
            return runState.exitReason();
        }
        if (result == INTERRUPTED || result == AGAIN) {
            return (int) result;
        }
        throw new KvmException("KVM_RUN", (int) -result);
    }

    /** {@code KVM_GET_REGS} into a {@link kvm_regs}. */
    public void getRegs(MemorySegment regs) {
        Ioctl.call(file, "KVM_GET_REGS", KvmIoctl.KVM_GET_REGS, regs);
    }

    /** {@code KVM_SET_REGS} from a {@link kvm_regs}. */
    public void setRegs(MemorySegment regs) {
        Ioctl.call(file, "KVM_SET_REGS", KvmIoctl.KVM_SET_REGS, regs);
    }

    /** {@code KVM_GET_SREGS} into a {@link kvm_sregs}. */
    public void getSregs(MemorySegment sregs) {
        Ioctl.call(file, "KVM_GET_SREGS", KvmIoctl.KVM_GET_SREGS, sregs);
    }

    /** {@code KVM_SET_SREGS} from a {@link kvm_sregs}. */
    public void setSregs(MemorySegment sregs) {
        Ioctl.call(file, "KVM_SET_SREGS", KvmIoctl.KVM_SET_SREGS, sregs);
    }

    /**
     * {@code KVM_GET_MSRS} for one MSR.
     *
     * @throws KvmException with {@code EINVAL}, naming the MSR, when this vCPU has none of that number
     */
    public long getMsr(int index) {
        msrs(index, 0);
        if (Ioctl.callWithScratch(file, "KVM_GET_MSRS", KvmIoctl.KVM_GET_MSRS) != 1) {
            throw new KvmException("KVM_GET_MSRS of MSR 0x" + Integer.toHexString(index), Errno.EINVAL);
        }
        return Syscall.current().scratch().get(JAVA_LONG, kvm_msrs.entries$offset + kvm_msr_entry.data$offset);
    }

    /**
     * {@code KVM_SET_MSRS} for one MSR.
     *
     * @throws KvmException with {@code EINVAL}, naming the MSR, when it is not there or does not take that value
     */
    public void setMsr(int index, long value) {
        msrs(index, value);
        if (Ioctl.callWithScratch(file, "KVM_SET_MSRS", KvmIoctl.KVM_SET_MSRS) != 1) {
            throw new KvmException("KVM_SET_MSRS of MSR 0x" + Integer.toHexString(index), Errno.EINVAL);
        }
    }

    private static void msrs(int index, long value) {
        MemorySegment msrs = Syscall.current().zeroedScratch(kvm_msrs.SIZEOF + kvm_msr_entry.SIZEOF);
        kvm_msrs.nmsrs(msrs, 1);
        MemorySegment entry = msrs.asSlice(kvm_msrs.entries$offset, kvm_msr_entry.SIZEOF);
        kvm_msr_entry.index(entry, index);
        kvm_msr_entry.data(entry, value);
    }

    /** {@code KVM_SET_CPUID2}: all that the guest reads from CPUID. Before the vCPU has run. */
    public void setCpuid2(List<CpuidEntry> entries) {
        try (Arena arena = Arena.ofConfined()) {
            Ioctl.call(file, "KVM_SET_CPUID2", KvmIoctl.KVM_SET_CPUID2, CpuidEntry.write(arena, entries));
        }
    }

    /** {@code KVM_GET_TSC_KHZ}: the guest's time-stamp counter runs at so many kHz. */
    public int tscKhz() {
        return (int) Ioctl.call(file, "KVM_GET_TSC_KHZ", KvmIoctl.KVM_GET_TSC_KHZ, 0);
    }

    /** {@code KVM_SET_TSC_KHZ}: another frequency than the host's needs {@link KvmCap#KVM_CAP_TSC_CONTROL}. */
    public void setTscKhz(int khz) {
        Ioctl.call(file, "KVM_SET_TSC_KHZ", KvmIoctl.KVM_SET_TSC_KHZ, khz);
    }

    /**
     * {@code KVM_SET_SIGNAL_MASK}: the signals that the thread blocks while it is in {@link #run}.
     *
     * @param mask signal <i>n</i> at bit <i>n</i>-1
     */
    public void setSignalMask(long mask) {
        MemorySegment argument = Syscall.current().scratch();
        kvm_signal_mask.len(argument, Long.BYTES);
        argument.set(JAVA_LONG_UNALIGNED, kvm_signal_mask.sigset$offset, mask);
        Ioctl.callWithScratch(file, "KVM_SET_SIGNAL_MASK", KvmIoctl.KVM_SET_SIGNAL_MASK);
    }

    /** {@code KVM_GET_MP_STATE}: {@code KVM_MP_STATE_*} of {@link KvmFlag}. */
    public int getMpState() {
        MemorySegment state = Syscall.current().scratch();
        Ioctl.callWithScratch(file, "KVM_GET_MP_STATE", KvmIoctl.KVM_GET_MP_STATE);
        return kvm_mp_state.mp_state(state);
    }

    /** {@code KVM_SET_MP_STATE}: {@code KVM_MP_STATE_*} of {@link KvmFlag}. Needs {@link KvmVm#createIrqchip}. */
    public void setMpState(int state) {
        kvm_mp_state.mp_state(Syscall.current().scratch(), state);
        Ioctl.callWithScratch(file, "KVM_SET_MP_STATE", KvmIoctl.KVM_SET_MP_STATE);
    }

    /** {@code KVM_NMI}: a non-maskable interrupt. */
    public void nmi() {
        Ioctl.call(file, "KVM_NMI", KvmIoctl.KVM_NMI, 0);
    }

    /** {@code KVM_GET_VCPU_EVENTS} into a {@link kvm_vcpu_events}. */
    public void getVcpuEvents(MemorySegment events) {
        Ioctl.call(file, "KVM_GET_VCPU_EVENTS", KvmIoctl.KVM_GET_VCPU_EVENTS, events);
    }

    /** {@code KVM_SET_VCPU_EVENTS} from a {@link kvm_vcpu_events}. */
    public void setVcpuEvents(MemorySegment events) {
        Ioctl.call(file, "KVM_SET_VCPU_EVENTS", KvmIoctl.KVM_SET_VCPU_EVENTS, events);
    }

    /** {@code KVM_GET_LAPIC} into a {@link kvm_lapic_state}. */
    public void getLapic(MemorySegment lapic) {
        Ioctl.call(file, "KVM_GET_LAPIC", KvmIoctl.KVM_GET_LAPIC, lapic);
    }

    /** {@code KVM_SET_LAPIC} from a {@link kvm_lapic_state}. */
    public void setLapic(MemorySegment lapic) {
        Ioctl.call(file, "KVM_SET_LAPIC", KvmIoctl.KVM_SET_LAPIC, lapic);
    }

    /**
     * {@code KVM_TRANSLATE}: where the guest's page tables put a virtual address.
     *
     * @return the guest-physical address, or -1 when nothing is mapped there
     */
    public long translate(long linearAddress) {
        MemorySegment translation = Syscall.current().zeroedScratch(kvm_translation.SIZEOF);
        kvm_translation.linear_address(translation, linearAddress);
        Ioctl.callWithScratch(file, "KVM_TRANSLATE", KvmIoctl.KVM_TRANSLATE);
        return kvm_translation.valid(translation) == 0 ? -1 : kvm_translation.physical_address(translation);
    }

    /** Closes it once its thread is out of {@link #run} for good. */
    @Override
    public void close() {
        if (file.fd() >= 0) {
            shared.close();
            file.close();
        }
    }
}
