package dev.lodge.vmm.domain;

import dev.lodge.kvm.CpuidEntry;
import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.MemoryAbi;
import dev.lodge.vmm.abi.MemoryMapEntry;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.boot.BootPlan;
import dev.lodge.vmm.boot.BootRequest;
import dev.lodge.vmm.boot.GuestImage;
import dev.lodge.vmm.boot.KernelCache;
import dev.lodge.vmm.boot.LoadableKernel;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.hypercall.ControlBits;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.vcpu.CpuidFeatures;
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

    /** Three pages that Intel's CPUs need for real mode, in the hole below the special pages. */
    static final long TSS_ADDRESS = 0xfffb_d000L;

    private final KvmVm vm;
    private final MachineMemory memory;
    private final SystemTime time;
    private final VcpuGroup vcpus;
    private final byte[] memoryMap;
    private final HypercallRoute route;
    private final CpuidPolicy cpuid;

    private Hardware(
            KvmVm vm,
            MachineMemory memory,
            SystemTime time,
            VcpuGroup vcpus,
            byte[] memoryMap,
            HypercallRoute route,
            CpuidPolicy cpuid) {
        this.vm = vm;
        this.memory = memory;
        this.time = time;
        this.vcpus = vcpus;
        this.memoryMap = memoryMap;
        this.route = route;
        this.cpuid = cpuid;
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
            HypercallRoute route =
                    HypercallRoute.open(config.hypercalls(), kvm, vm, memory.ram(), kernel.name(), plan.sites());
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
            SystemTime time = route.knowsXen() ? DomainClock.ofKvm(vm) : DomainClock.ofTsc(vm, kvmVcpus[0], kilohertz);
            Vcpu[] vcpus = new Vcpu[config.vcpus()];
            for (int i = 0; i < vcpus.length; i++) {
                vcpus[i] = new Vcpu(i, domain, memory.ram(), vm, kvmVcpus[i], route.knowsXen(), hypercalls, loop);
            }
            vcpus[0].setEntry(plan.entry(), plan.startInfo());
            return new Hardware(vm, memory, time, new VcpuGroup(vcpus), e820(map), route, cpuid);
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

    /** See {@link dev.lodge.vmm.hypercall.GuestDomain#setCallbackVector}. */
    void setCallbackVector(int vector) {
        if (route.knowsXen()) {
            vm.xen().setUpcallVector(vector);
        }
        for (int i = 0; i < vcpus.size(); i++) {
            vcpus.get(i).setCallbackVector(vector, route.knowsXen());
        }
    }

    SystemTime time() {
        return time;
    }

    VcpuGroup vcpus() {
        return vcpus;
    }

    byte[] memoryMap() {
        return memoryMap;
    }

    HypercallRoute route() {
        return route;
    }

    /** What all vCPUs' control registers may hold. Found out anew, as hardly a guest needs it. */
    ControlBits controlBits() {
        return CpuidFeatures.controlBits(cpuid.entries(0));
    }

    /** KVM's event channels, if it {@link HypercallRoute#knowsXen}. */
    KernelEvents kernelEvents(IoLoop loop) {
        return new KernelEvents(vm.xen(), route.flagsRunstate(), loop, vcpus::get);
    }

    /** Frees all of it. After the vCPUs' threads and the I/O thread have ended. */
    @Override
    public void close() {
        vcpus.close();
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
