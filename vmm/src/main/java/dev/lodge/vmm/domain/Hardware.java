package dev.lodge.vmm.domain;

import dev.lodge.kvm.CpuidEntry;
import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmCap;
import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.kvm.KvmXen;
import dev.lodge.kvm.MsrRange;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.abi.MemoryAbi;
import dev.lodge.vmm.abi.MemoryMapEntry;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.boot.BootPlan;
import dev.lodge.vmm.boot.BootRequest;
import dev.lodge.vmm.boot.GuestImage;
import dev.lodge.vmm.boot.HypercallSites;
import dev.lodge.vmm.boot.KernelCache;
import dev.lodge.vmm.boot.LoadableKernel;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.vcpu.CpuidPolicy;
import dev.lodge.vmm.vcpu.Vcpu;
import dev.lodge.vmm.vcpu.VcpuHost;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine as KVM has it: a VM, its memory with all that the guest boots from, its vCPUs and their clock.
 *
 * <p>Put together by one thread; afterwards its parts are fixed.
 */
final class Hardware implements AutoCloseable {

    private static final int MSR_TSC = 0x10;

    /** Three pages that Intel's CPUs need for real mode, in the hole below the special pages. */
    static final long TSS_ADDRESS = 0xfffb_d000L;

    private static final int HYPERCALL_MSR = 0x4000_0000;

    private final KvmVm vm;
    private final MachineMemory memory;
    private final SystemTime time;
    private final Vcpu[] vcpus;
    private final byte[] memoryMap;
    private final String hypercallPath;

    private Hardware(
            KvmVm vm, MachineMemory memory, SystemTime time, Vcpu[] vcpus, byte[] memoryMap, String hypercallPath) {
        this.vm = vm;
        this.memory = memory;
        this.time = time;
        this.vcpus = vcpus;
        this.memoryMap = memoryMap;
        this.hypercallPath = hypercallPath;
    }

    static Hardware assemble(
            MachineConfig config,
            MemoryMap map,
            Timeline timeline,
            VcpuHost domain,
            HypercallTable hypercalls,
            IoLoop loop) {
        List<AutoCloseable> open = new ArrayList<>();
        try (LoadableKernel kernel = KernelCache.standard().load(config.kernel());
                Kvm kvm = Kvm.open()) {
            KvmVm vm = kvm.createVm();
            open.add(vm);
            vm.setTssAddress(TSS_ADDRESS);
            vm.setIdentityMapAddress(BootLayout.IDENTITY_MAP);
            vm.createIrqchip();
            timeline.mark(Timeline.VM_CREATED);

            MachineMemory memory = MachineMemory.create(vm, map);
            open.addFirst(memory);
            BootPlan plan = GuestImage.prepare(memory.ram(), bootRequest(config, map, kernel));
            String path = chooseHypercallPath(kvm, vm, memory.ram(), kernel.name(), plan.sites());
            timeline.mark(Timeline.KERNEL_LOADED);

            KvmVcpu[] kvmVcpus = new KvmVcpu[config.vcpus()];
            List<CpuidEntry> supported = kvm.supportedCpuid();
            for (int i = 0; i < kvmVcpus.length; i++) {
                kvmVcpus[i] = vm.createVcpu(i);
                open.addFirst(kvmVcpus[i]);
            }
            int kilohertz = kvmVcpus[0].tscKhz();
            CpuidPolicy cpuid = new CpuidPolicy(supported, config.vcpus(), domain.domid(), kilohertz);
            for (int i = 0; i < kvmVcpus.length; i++) {
                kvmVcpus[i].setCpuid2(cpuid.entries(i));
            }
            long tsc = kvmVcpus[0].getMsr(MSR_TSC);
            SystemTime time = new SystemTime(System.nanoTime(), tsc, kilohertz);
            Vcpu[] vcpus = new Vcpu[config.vcpus()];
            for (int i = 0; i < vcpus.length; i++) {
                vcpus[i] = new Vcpu(i, domain, memory.ram(), vm, kvmVcpus[i], hypercalls, loop);
            }
            vcpus[0].setEntry(plan.entry(), plan.startInfo());
            return new Hardware(vm, memory, time, vcpus, e820(map), path);
        } catch (RuntimeException | Error refused) {
            for (int i = 0; i < open.size(); i++) {
                closeQuietly(open.get(i), refused);
            }
            throw refused;
        }
    }

    private static BootRequest bootRequest(MachineConfig config, MemoryMap map, LoadableKernel kernel) {
        List<Integer> apicIds = new ArrayList<>(config.vcpus());
        for (int vcpu = 0; vcpu < config.vcpus(); vcpu++) {
            apicIds.add(vcpu);
        }
        return new BootRequest(kernel, config.initrd(), config.commandLine(), map, apicIds);
    }

    /** By KVM, where it knows Xen; else the guest's hypercall instructions are rewritten, or it asks for a page of them. */
    private static String chooseHypercallPath(Kvm kvm, KvmVm vm, GuestRam ram, String kernel, HypercallSites sites) {
        int xen = kvm.checkExtension(KvmCap.KVM_CAP_XEN_HVM);
        if ((xen & KvmXen.KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL) != 0) {
            vm.xen().hvmConfig(KvmXen.KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL, HYPERCALL_MSR);
            vm.xen().setLongMode(true);
            return "kvm-xen";
        }
        if (sites instanceof HypercallSites.Found found) {
            found.patch(ram, Vcpu.HYPERCALL_PORT);
        } else if (sites instanceof HypercallSites.Ambiguous) {
            throw new BootException("cannot boot " + kernel + ": this host's KVM does not know Xen, and the kernel has"
                    + " more than one place that looks like its hypercalls; use a host kernel with CONFIG_KVM_XEN");
        }
        if (kvm.checkExtension(KvmCap.KVM_CAP_X86_USER_SPACE_MSR) != 0
                && kvm.checkExtension(KvmCap.KVM_CAP_X86_MSR_FILTER) != 0) {
            vm.enableCapability(KvmCap.KVM_CAP_X86_USER_SPACE_MSR, KvmExit.KVM_MSR_EXIT_REASON_FILTER);
            vm.setMsrFilter(List.of(new MsrRange(KvmFlag.KVM_MSR_FILTER_WRITE, HYPERCALL_MSR, 1)));
        }
        return "patched";
    }

    private static byte[] e820(MemoryMap map) {
        List<MemoryMapEntry> entries = map.entries();
        ByteBuffer bytes = ByteBuffer.allocate(entries.size() * MemoryAbi.SIZEOF_e820_entry)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries.size(); i++) {
            MemoryMapEntry entry = entries.get(i);
            bytes.putLong(entry.address()).putLong(entry.size()).putInt(entry.type());
        }
        return bytes.array();
    }

    GuestRam ram() {
        return memory.ram();
    }

    Reservation reservation() {
        return memory.reservation();
    }

    boolean addFrame(FrameNumber frame) {
        return memory.addFrame(frame);
    }

    SystemTime time() {
        return time;
    }

    Vcpu[] vcpus() {
        return vcpus;
    }

    byte[] memoryMap() {
        return memoryMap;
    }

    String hypercallPath() {
        return hypercallPath;
    }

    /** Waits for all vCPUs' threads. They must have been told to end. */
    void joinVcpus() {
        boolean interrupted = false;
        for (int i = 0; i < vcpus.length; ) {
            try {
                vcpus[i].join(Long.MAX_VALUE);
                i++;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Frees all of it. After the vCPUs' threads and the I/O thread have ended. */
    @Override
    public void close() {
        for (Vcpu vcpu : vcpus) {
            vcpu.close();
        }
        vm.close();
        memory.close();
    }

    private static void closeQuietly(AutoCloseable part, Throwable because) {
        try {
            part.close();
        } catch (Exception e) {
            because.addSuppressed(e);
        }
    }
}
