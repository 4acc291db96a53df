package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.MemoryFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every ioctl on a file that is not open, and on one that is no KVM file: it is named, with the errno. */
class BadFileTest {
    private static final MemorySegment MEMORY = Arena.global().allocate(4096, 4096);

    @ParameterizedTest(name = "{0}")
    @MethodSource("callsOnKvm")
    void aCallOnAClosedKvmNamesItselfAndTheErrno(String call, KvmCall method) {
        FileDescriptor closed = FileDescriptor.borrowed("closed", -1);
        expect(call, Errno.EBADF, "bad file descriptor", () -> method.on(Kvm.of(closed)));
    }

    static Stream<Arguments> callsOnKvm() {
        return Stream.of(
                kvm("KVM_GET_API_VERSION", Kvm::apiVersion),
                kvm("KVM_CHECK_EXTENSION", kvm -> kvm.checkExtension(0)),
                kvm("KVM_GET_VCPU_MMAP_SIZE", Kvm::vcpuMmapSize),
                kvm("KVM_GET_VCPU_MMAP_SIZE", Kvm::createVm),
                kvm("KVM_GET_SUPPORTED_CPUID", Kvm::supportedCpuid),
                kvm("KVM_GET_MSR_INDEX_LIST", Kvm::msrIndexList));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callsOnVm")
    void aCallOnAClosedVmNamesItselfAndTheErrno(String call, VmCall method) {
        KvmVm vm = KvmVm.of(FileDescriptor.borrowed("closed", -1), 4096);
        expect(call, Errno.EBADF, "bad file descriptor", () -> method.on(vm));
    }

    static Stream<Arguments> callsOnVm() {
        return Stream.of(
                vm("KVM_CHECK_EXTENSION", vm -> vm.checkExtension(0)),
                vm("KVM_ENABLE_CAP", vm -> vm.enableCapability(KvmCap.KVM_CAP_X86_USER_SPACE_MSR, 1)),
                vm("KVM_SET_TSS_ADDR", vm -> vm.setTssAddress(0xfffbd000L)),
                vm("KVM_SET_IDENTITY_MAP_ADDR", vm -> vm.setIdentityMapAddress(0xfffbc000L)),
                vm("KVM_CREATE_IRQCHIP", KvmVm::createIrqchip),
                vm("KVM_SET_USER_MEMORY_REGION", vm -> vm.setUserMemoryRegion(0, 0, 0, MEMORY)),
                vm("KVM_SET_USER_MEMORY_REGION", vm -> vm.removeUserMemoryRegion(0)),
                vm("KVM_CREATE_VCPU", vm -> vm.createVcpu(0)),
                vm("KVM_SIGNAL_MSI", vm -> vm.signalMsi(0xfee00000, 0, 0x40)),
                vm("KVM_IRQFD", vm -> vm.irqfd(1, 2, 0)),
                vm("KVM_IOEVENTFD", vm -> vm.ioeventfd(0x10, 1, 1, KvmFlag.KVM_IOEVENTFD_FLAG_PIO, 0)),
                vm("KVM_SET_GSI_ROUTING", vm -> vm.setGsiRouting(List.of(new GsiRoute.Msi(0, 1, 2, 3)))),
                vm("KVM_X86_SET_MSR_FILTER", vm -> vm.setMsrFilter(List.of(new MsrRange(2, 0x40000000, 1)))),
                vm("KVM_GET_CLOCK", KvmVm::getClock),
                vm("KVM_GET_CLOCK", KvmVm::clockNanos),
                vm("KVM_GET_CLOCK", KvmVm::hostTsc),
                vm("KVM_SET_CLOCK", vm -> vm.setClock(new KvmClock(1, 0, 0, 0))),
                vm("KVM_XEN_HVM_CONFIG", vm -> vm.xen().hvmConfig(2, 0x40000200)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().setLongMode(true)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().setSharedInfo(0xfeff0)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().setUpcallVector(0xf3)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().setRunstateUpdateFlag(true)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().setVersion(0x40011)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().assignEvtchnToPort(1, 2, 3, 0, 0)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().assignEvtchnToEventFd(1, 2, 5)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().deassignEvtchn(1)),
                vm("KVM_XEN_HVM_SET_ATTR", vm -> vm.xen().resetEvtchn()),
                vm("KVM_XEN_HVM_EVTCHN_SEND", vm -> vm.xen().evtchnSend(1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callsOnVcpu")
    void aCallOnAFileThatIsNoVcpuNamesItselfAndTheErrno(String call, VcpuCall method) {
        // A vCPU must be mapped, so this one is a plain file: the kernel says that it knows no such ioctl.
        FileDescriptor plain = MemoryFile.create("no-vcpu", 4096);
        try (KvmVcpu vcpu = KvmVcpu.of(plain, 4096)) {
            expect(call, Errno.ENOTTY, "not a terminal", () -> method.on(vcpu));
            plain.close();
            expect(call, Errno.EBADF, "bad file descriptor", () -> method.on(vcpu));
        }
    }

    static Stream<Arguments> callsOnVcpu() {
        return Stream.of(
                vcpu("KVM_RUN", KvmVcpu::run),
                vcpu("KVM_GET_REGS", vcpu -> vcpu.getRegs(MEMORY)),
                vcpu("KVM_SET_REGS", vcpu -> vcpu.setRegs(MEMORY)),
                vcpu("KVM_GET_SREGS", vcpu -> vcpu.getSregs(MEMORY)),
                vcpu("KVM_SET_SREGS", vcpu -> vcpu.setSregs(MEMORY)),
                vcpu("KVM_GET_MSRS", vcpu -> vcpu.getMsr(0x10)),
                vcpu("KVM_SET_MSRS", vcpu -> vcpu.setMsr(0x10, 0)),
                vcpu("KVM_SET_CPUID2", vcpu -> vcpu.setCpuid2(List.of(CpuidEntry.leaf(0, 1, 2, 3, 4)))),
                vcpu("KVM_GET_TSC_KHZ", KvmVcpu::tscKhz),
                vcpu("KVM_SET_TSC_KHZ", vcpu -> vcpu.setTscKhz(1_000_000)),
                vcpu("KVM_SET_SIGNAL_MASK", vcpu -> vcpu.setSignalMask(0)),
                vcpu("KVM_GET_MP_STATE", KvmVcpu::getMpState),
                vcpu("KVM_SET_MP_STATE", vcpu -> vcpu.setMpState(KvmFlag.KVM_MP_STATE_HALTED)),
                vcpu("KVM_NMI", KvmVcpu::nmi),
                vcpu("KVM_GET_VCPU_EVENTS", vcpu -> vcpu.getVcpuEvents(MEMORY)),
                vcpu("KVM_SET_VCPU_EVENTS", vcpu -> vcpu.setVcpuEvents(MEMORY)),
                vcpu("KVM_GET_LAPIC", vcpu -> vcpu.getLapic(MEMORY)),
                vcpu("KVM_SET_LAPIC", vcpu -> vcpu.setLapic(MEMORY)),
                vcpu("KVM_TRANSLATE", vcpu -> vcpu.translate(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setVcpuInfo(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setVcpuTimeInfo(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setRunstateAddress(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setRunstate(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setVcpuId(0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setTimer(1, 0)),
                vcpu("KVM_XEN_VCPU_SET_ATTR", vcpu -> vcpu.xen().setUpcallVector(0x40)),
                vcpu("KVM_XEN_VCPU_GET_ATTR", vcpu -> vcpu.xen().getAttribute(MEMORY)));
    }

    private static void expect(String call, int errno, String text, Executable attempt) {
        KvmException refused = assertThrows(KvmException.class, attempt);
        assertEquals(errno, refused.errno());
        assertTrue(refused.call().startsWith(call), refused.call());
        assertTrue(refused.getMessage().startsWith(call + ": " + Errno.name(errno)), refused.getMessage());
        assertTrue(refused.getMessage().contains(text), refused.getMessage());
    }

    private static Arguments kvm(String name, KvmCall call) {
        return Arguments.of(name, call);
    }

    private static Arguments vm(String name, VmCall call) {
        return Arguments.of(name, call);
    }

    private static Arguments vcpu(String name, VcpuCall call) {
        return Arguments.of(name, call);
    }

    private interface KvmCall {
        void on(Kvm kvm);
    }

    private interface VmCall {
        void on(KvmVm vm);
    }

    private interface VcpuCall {
        void on(KvmVcpu vcpu);
    }
}
