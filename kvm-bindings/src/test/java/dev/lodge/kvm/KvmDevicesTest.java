package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.linux.EventFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The in-kernel interrupt controllers, eventfds, MSR exits and the clock of the real /dev/kvm. */
@Tag("kvm")
class KvmDevicesTest {
    private static final int DEFAULT_TSS = 0xfffbd000;

    @Test
    void aVcpuWithALocalApicSaysItsIdentity() {
        try (Kvm kvm = KvmHost.kvm();
                KvmVm vm = kvm.createVm();
                Arena arena = Arena.ofConfined()) {
            vm.setTssAddress(Integer.toUnsignedLong(DEFAULT_TSS));
            vm.createIrqchip();
            try (KvmVcpu first = vm.createVcpu(0);
                    KvmVcpu second = vm.createVcpu(1)) {
                MemorySegment lapic = kvm_lapic_state.allocate(arena);
                second.getLapic(lapic);
                assertEquals(1, lapic.get(ValueLayout.JAVA_INT, 0x20) >>> 24);
                second.setLapic(lapic);
                assertEquals(KvmFlag.KVM_MP_STATE_RUNNABLE, first.getMpState());
                assertEquals(KvmFlag.KVM_MP_STATE_UNINITIALIZED, second.getMpState());
                second.setMpState(KvmFlag.KVM_MP_STATE_HALTED);
                assertEquals(KvmFlag.KVM_MP_STATE_HALTED, second.getMpState());
            }
        }
    }

    @Test
    void anInterruptForALocalApicThatIsOffIsNotTaken() {
        try (Kvm kvm = KvmHost.kvm();
                KvmVm vm = kvm.createVm()) {
            vm.createIrqchip();
            try (KvmVcpu vcpu = vm.createVcpu(0)) {
                assertEquals(KvmFlag.KVM_MP_STATE_RUNNABLE, vcpu.getMpState());
                assertFalse(vm.signalMsi(0xfee0_5000, 0, 0x40), "no vCPU has APIC id 5");
            }
        }
    }

    @Test
    void anEventFdIsBoundToARouteAndReleased() {
        try (Kvm kvm = KvmHost.kvm();
                KvmVm vm = kvm.createVm();
                EventFd event = EventFd.create()) {
            assumeTrue(vm.checkExtension(KvmCap.KVM_CAP_IRQFD) > 0, "this KVM has no irqfd");
            vm.createIrqchip();
            vm.setGsiRouting(List.of(new GsiRoute.Msi(24, 0xfee00000, 0, 0x40)));
            vm.irqfd(event.fd(), 24, 0);
            assertThrows(KvmException.class, () -> vm.irqfd(event.fd(), 24, 0));
            vm.irqfd(event.fd(), 24, KvmFlag.KVM_IRQFD_FLAG_DEASSIGN);
        }
    }

    @Test
    void aPortWriteRingsAnEventFdWithoutAnExit() {
        // out %al,$0x10; out %al,$0x11
        try (KvmHost host = KvmHost.running(0xe6, 0x10, 0xe6, 0x11);
                EventFd event = EventFd.create()) {
            assumeTrue(host.vm.checkExtension(KvmCap.KVM_CAP_IOEVENTFD) > 0, "this KVM has no ioeventfd");
            host.vm.ioeventfd(0x10, 1, event.fd(), KvmFlag.KVM_IOEVENTFD_FLAG_PIO, 0);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            assertEquals(0x11, host.vcpu.runState().io().port());
            assertEquals(1, event.drain());
        }
    }

    @Test
    void aWriteOfADeniedMsrIsAnExit() {
        // mov $0x40000000,%ecx; mov $0x1234,%ax; wrmsr; hlt
        try (KvmHost host = KvmHost.running(0x66, 0xb9, 0, 0, 0, 0x40, 0xb8, 0x34, 0x12, 0x0f, 0x30, 0xf4)) {
            assumeTrue(host.vm.checkExtension(KvmCap.KVM_CAP_X86_MSR_FILTER) > 0, "this KVM has no MSR filter");
            host.vm.enableCapability(KvmCap.KVM_CAP_X86_USER_SPACE_MSR, KvmExit.KVM_MSR_EXIT_REASON_FILTER);
            host.vm.setMsrFilter(List.of(new MsrRange(KvmFlag.KVM_MSR_FILTER_WRITE, 0x40000000, 1)));
            assertEquals(KvmExit.KVM_EXIT_X86_WRMSR, host.vcpu.run());
            MsrExit msr = host.vcpu.runState().msr();
            assertEquals(0x40000000, msr.index());
            assertEquals(KvmExit.KVM_MSR_EXIT_REASON_FILTER, msr.reason());
            assertEquals(0x1234, msr.data() & 0xffff);
            msr.setError(false);
            assertEquals(KvmExit.KVM_EXIT_HLT, host.vcpu.run());
        }
    }

    @Test
    void tooManyMsrRangesOrAnEmptyOneAreRefusedBeforeTheKernelSeesThem() {
        assertThrows(IllegalArgumentException.class, () -> new MsrRange(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new MsrRange(1, 0, 12289));
        try (Kvm kvm = KvmHost.kvm();
                KvmVm vm = kvm.createVm()) {
            List<MsrRange> many = Collections.nCopies(17, new MsrRange(1, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> vm.setMsrFilter(many));
            assertThrows(IllegalArgumentException.class, () -> vm.enableCapability(1, 1, 2, 3, 4, 5));
        }
    }

    @Test
    void theClockGoesOnFromWhereItWasSet() {
        try (Kvm kvm = KvmHost.kvm();
                KvmVm vm = kvm.createVm()) {
            assumeTrue(vm.checkExtension(KvmCap.KVM_CAP_ADJUST_CLOCK) > 0, "this KVM has no clock to adjust");
            vm.setClock(new KvmClock(1_000_000_000_000L, 0, 0, 0));
            assertTrue(vm.getClock().nanos() >= 1_000_000_000_000L);
        }
    }

    @Test
    void aMachineAddressIsTranslatedAsItIsWherePagingIsOff() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            assertEquals(0x1234, host.vcpu.translate(0x1234));
        }
    }

    @Test
    void theTimeStampCounterIsAnMsrAndHasAFrequency() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            int khz = host.vcpu.tscKhz();
            host.vcpu.setTscKhz(khz);
            assertEquals(khz, host.vcpu.tscKhz());
            host.vcpu.getMsr(0x10);
        }
    }
}
