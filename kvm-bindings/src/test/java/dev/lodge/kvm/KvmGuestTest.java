package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bindings against the kernel's own /dev/kvm. */
@Tag("kvm")
class KvmGuestTest {
    @Test
    void speaksTheApiVersionThatTheBindingsWereWrittenFor() {
        try (Kvm kvm = KvmHost.kvm()) {
            assertEquals(KvmFlag.KVM_API_VERSION, kvm.apiVersion());
            assertEquals(1, kvm.checkExtension(KvmCap.KVM_CAP_USER_MEMORY));
            assertTrue(kvm.vcpuMmapSize() >= kvm_run.SIZEOF);
        }
    }

    @Test
    void listsTheCpuidLeavesOfTheHost() {
        try (Kvm kvm = KvmHost.kvm()) {
            List<CpuidEntry> entries = kvm.supportedCpuid();
            assertTrue(
                    entries.stream().anyMatch(entry -> entry.function() == 0 && entry.ebx() != 0), entries::toString);
            assertTrue(entries.stream().anyMatch(entry -> entry.function() == 1), entries::toString);
        }
    }

    @Test
    void takesBackTheCpuidLeavesItGave() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            host.vcpu.setCpuid2(host.kvm.supportedCpuid());
        }
    }

    @Test
    void everyPortWriteOfALoopIsAnExit() {
        // out %al,$0x10; inc %al; jmp back
        try (KvmHost host = KvmHost.running(0xe6, 0x10, 0xfe, 0xc0, 0xeb, 0xfa)) {
            for (int i = 0; i < 1000; i++) {
                assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
                IoExit io = host.vcpu.runState().io();
                assertTrue(io.isOut());
                assertEquals(0x10, io.port());
                assertEquals(1, io.size());
                assertEquals(1, io.count());
                assertEquals(i & 0xff, io.value(0));
                assertEquals(1, io.data().byteSize());
            }
        }
    }

    @Test
    void aPortReadGetsTheValueThatWasSet() {
        // in $0x20,%ax; out %ax,$0x22; hlt
        try (KvmHost host = KvmHost.running(0xe5, 0x20, 0xe7, 0x22, 0xf4)) {
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            IoExit io = host.vcpu.runState().io();
            assertFalse(io.isOut());
            assertEquals(2, io.size());
            io.setAllValues(0xabcd);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            assertEquals(0x22, io.port());
            assertEquals(0xabcd, io.value(0));
            assertEquals(KvmExit.KVM_EXIT_HLT, host.vcpu.run());
        }
    }

    @Test
    void anAccessToAbsentMemoryIsAnMmioExit() {
        // mov $0xffff,%ax; mov %ax,%ds; movb $0x5a,0x1000; mov 0x1002,%al; out %al,$0x10
        try (KvmHost host = KvmHost.running(
                0xb8, 0xff, 0xff, 0x8e, 0xd8, 0xc6, 0x06, 0x00, 0x10, 0x5a, 0xa0, 0x02, 0x10, 0xe6, 0x10)) {
            assertEquals(KvmExit.KVM_EXIT_MMIO, host.vcpu.run());
            MmioExit mmio = host.vcpu.runState().mmio();
            assertTrue(mmio.isWrite());
            assertEquals(0xffff0 + 0x1000, mmio.address());
            assertEquals(1, mmio.length());
            assertEquals(0x5a, mmio.value());
            assertEquals(KvmExit.KVM_EXIT_MMIO, host.vcpu.run());
            assertFalse(mmio.isWrite());
            mmio.setValue(0xa5);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            assertEquals(0xa5, host.vcpu.runState().io().value(0));
        }
    }

    @Test
    void theSharedPageBringsTheRegistersAndTakesThemBack() {
        // mov $0x1234,%ax; out %al,$0x10; out %al,$0x11
        try (KvmHost host = KvmHost.running(0xb8, 0x34, 0x12, 0xe6, 0x10, 0xe6, 0x11)) {
            KvmRun run = host.vcpu.runState();
            run.setValidRegisters(KvmFlag.KVM_SYNC_X86_REGS | KvmFlag.KVM_SYNC_X86_SREGS);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            assertEquals(0x1234, run.registers().rax() & 0xffff);
            assertEquals(0, run.registers().cr3());
            assertEquals(0, run.registers().cr0() & 1);
            assertEquals(run.registers().rax(), kvm_regs.rax(run.registers().general()));
            run.registers().rax(0x77);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
            assertEquals(0x11, run.io().port());
            assertEquals(0x77, run.io().value(0));
        }
    }

    @Test
    void anImmediateExitComesBeforeTheFirstInstruction() {
        try (KvmHost host = KvmHost.running(0xe6, 0x10)) {
            host.vcpu.runState().setImmediateExit(true);
            assertEquals(KvmVcpu.INTERRUPTED, host.vcpu.run());
            host.vcpu.runState().setImmediateExit(false);
            assertEquals(KvmExit.KVM_EXIT_IO, host.vcpu.run());
        }
    }

    @Test
    void registersSurviveARoundTrip() {
        try (KvmHost host = KvmHost.running(0xf4);
                Arena arena = Arena.ofConfined()) {
            MemorySegment regs = kvm_regs.allocate(arena);
            host.vcpu.getRegs(regs);
            assertEquals(KvmHost.CODE, kvm_regs.rip(regs));
            kvm_regs.r15(regs, 0x1122334455667788L);
            host.vcpu.setRegs(regs);
            regs.fill((byte) 0);
            host.vcpu.getRegs(regs);
            assertEquals(0x1122334455667788L, kvm_regs.r15(regs));
        }
    }

    @Test
    void anMsrOfNoSuchNumberIsNamed() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            KvmException refused = assertThrows(KvmException.class, () -> host.vcpu.getMsr(0x7fff_0001));
            assertEquals(Errno.EINVAL, refused.errno());
            assertTrue(refused.getMessage().contains("MSR 0x7fff0001"), refused.getMessage());
        }
    }

    @Test
    void memoryThatIsNoWholePageIsRefused() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            MemorySegment odd = host.memory.segment().asSlice(0, 100);
            KvmException refused =
                    assertThrows(KvmException.class, () -> host.vm.setUserMemoryRegion(1, 0, 1 << 30, odd));
            assertEquals(Errno.EINVAL, refused.errno());
            assertTrue(refused.getMessage().startsWith("KVM_SET_USER_MEMORY_REGION: EINVAL"), refused.getMessage());
        }
    }

    @Test
    void aSecondVcpuOfTheSameNumberIsRefused() {
        try (KvmHost host = KvmHost.running(0xf4)) {
            KvmException refused = assertThrows(KvmException.class, () -> host.vm.createVcpu(0));
            assertEquals(Errno.EEXIST, refused.errno());
        }
    }

    @Test
    void aStructTooSmallForItsIoctlIsNotHandedToTheKernel() {
        try (KvmHost host = KvmHost.running(0xf4);
                Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(kvm_regs.SIZEOF - 1);
            assertThrows(IllegalArgumentException.class, () -> host.vcpu.getRegs(small));
            MemorySegment onTheHeap = MemorySegment.ofArray(new long[100]);
            assertThrows(IllegalArgumentException.class, () -> host.vcpu.getRegs(onTheHeap));
        }
    }

    @Test
    void aClosedVcpuAnswersWithAnExceptionAndNotWithACrash() {
        KvmHost host = KvmHost.running(0xf4);
        host.close();
        assertThrows(IllegalStateException.class, () -> host.vcpu.runState().exitReason());
        assertEquals(
                Errno.EBADF, assertThrows(KvmException.class, host.vcpu::run).errno());
        host.vcpu.close();
    }
}
