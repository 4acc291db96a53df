package dev.lodge.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Reading exits from a page that a test fills in the kernel's place. */
class KvmRunTest {
    private final MemorySegment page = MemorySegment.ofArray(new long[1024]);
    private final KvmRun run = new KvmRun(page);

    @Test
    void aXenHypercallHasItsNumberAndSixParameters() {
        page.set(JAVA_INT, kvm_run.xen$type$offset, KvmExit.KVM_EXIT_XEN_HCALL);
        page.set(JAVA_INT, kvm_run.xen$u$hcall$longmode$offset, 1);
        page.set(JAVA_INT, kvm_run.xen$u$hcall$cpl$offset, 3);
        page.set(JAVA_LONG, kvm_run.xen$u$hcall$input$offset, 32);
        for (int i = 0; i < 6; i++) {
            page.set(JAVA_LONG, kvm_run.xen$u$hcall$params$offset + 8L * i, 100 + i);
        }
        assertEquals(KvmExit.KVM_EXIT_XEN_HCALL, run.xen().type());
        assertTrue(run.xen().longMode());
        assertEquals(3, run.xen().cpl());
        assertEquals(32, run.xen().number());
        assertEquals(105, run.xen().parameter(5));
        assertThrows(IndexOutOfBoundsException.class, () -> run.xen().parameter(6));
        run.xen().setResult(-38);
        assertEquals(-38, page.get(JAVA_LONG, kvm_run.xen$u$hcall$result$offset));
    }

    @Test
    void anMsrAccessIsAnsweredOrFaults() {
        page.set(JAVA_INT, kvm_run.msr$index$offset, 0x40000000);
        page.set(JAVA_INT, kvm_run.msr$reason$offset, KvmExit.KVM_MSR_EXIT_REASON_FILTER);
        page.set(JAVA_LONG, kvm_run.msr$data$offset, -2);
        assertEquals(0x40000000, run.msr().index());
        assertEquals(KvmExit.KVM_MSR_EXIT_REASON_FILTER, run.msr().reason());
        assertEquals(-2, run.msr().data());
        run.msr().setData(7);
        run.msr().setError(true);
        assertEquals(7, page.get(JAVA_LONG, kvm_run.msr$data$offset));
        assertEquals(1, page.get(JAVA_BYTE, kvm_run.msr$error$offset));
    }

    @Test
    void aShortMmioWriteIsZeroExtended() {
        page.set(JAVA_LONG, kvm_run.mmio$data$offset, -1);
        int[] lengths = {1, 2, 4, 8};
        long[] values = {0xff, 0xffff, 0xffff_ffffL, -1};
        for (int i = 0; i < lengths.length; i++) {
            page.set(JAVA_INT, kvm_run.mmio$len$offset, lengths[i]);
            assertEquals(values[i], run.mmio().value());
        }
    }

    @Test
    void aRepeatedPortAccessHasManyValuesOfItsWidth() {
        page.set(JAVA_BYTE, kvm_run.io$direction$offset, (byte) KvmExit.KVM_EXIT_IO_OUT);
        page.set(JAVA_BYTE, kvm_run.io$size$offset, (byte) 4);
        page.set(JAVA_INT, kvm_run.io$count$offset, 2);
        page.set(JAVA_LONG, kvm_run.io$data_offset$offset, 4096);
        page.set(JAVA_INT, 4096, 0x8000_0001);
        page.set(JAVA_INT, 4100, 5);
        assertEquals(0x8000_0001, run.io().value(0));
        assertEquals(5, run.io().value(1));
        assertEquals(8, run.io().data().byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> run.io().value(2));
    }

    @Test
    void anInternalErrorWithTooMuchDataShowsWhatFits() {
        page.set(JAVA_INT, kvm_run.internal$suberror$offset, KvmExit.KVM_INTERNAL_ERROR_DELIVERY_EV);
        page.set(JAVA_INT, kvm_run.internal$ndata$offset, -1);
        page.set(JAVA_LONG, kvm_run.internal$data$offset + 8 * 15, 9);
        assertEquals(KvmExit.KVM_INTERNAL_ERROR_DELIVERY_EV, run.internalErrorSuberror());
        assertEquals(16, run.internalErrorDataCount());
        assertEquals(9, run.internalErrorData(15));
        assertThrows(IndexOutOfBoundsException.class, () -> run.internalErrorData(16));
    }

    @Test
    void aFailedEmulationShowsTheInstructionWhereKvmGivesIt() {
        page.set(JAVA_INT, kvm_run.internal$ndata$offset, 3);
        page.set(JAVA_BYTE, kvm_run.emulation_failure$insn_size$offset, (byte) 2);
        page.set(JAVA_BYTE, kvm_run.emulation_failure$insn_bytes$offset + 1, (byte) 0xc7);
        assertEquals(0, run.emulationFailureInstructionSize(), "the flag that says so is not set");
        page.set(JAVA_LONG, kvm_run.emulation_failure$flags$offset, 1);
        assertEquals(2, run.emulationFailureInstructionSize());
        assertEquals(0xc7, run.emulationFailureInstructionByte(1));
        assertThrows(IndexOutOfBoundsException.class, () -> run.emulationFailureInstructionByte(2));
    }

    @Test
    void settingAGeneralRegisterMarksThatClassAloneDirty() {
        run.registers().rax(-38);
        assertEquals(-38, page.get(JAVA_LONG, kvm_run.s$regs$regs$offset + kvm_regs.rax$offset));
        assertEquals(KvmFlag.KVM_SYNC_X86_REGS, page.get(JAVA_LONG, kvm_run.kvm_dirty_regs$offset));
    }

    @Test
    void systemRegistersComeFromTheirPartOfThePage() {
        kvm_sregs.cr3(run.registers().system(), 0x1000);
        kvm_sregs.efer(run.registers().system(), 0x500);
        assertEquals(0x1000, run.registers().cr3());
        assertEquals(0x500, run.registers().efer());
        assertEquals(0x1000, page.get(JAVA_LONG, kvm_run.s$regs$sregs$offset + kvm_sregs.cr3$offset));
    }

    @Test
    void requestsAreSingleBytes() {
        run.setImmediateExit(true);
        run.requestInterruptWindow(true);
        assertEquals(0x0101, page.get(JAVA_LONG, 0));
        run.setImmediateExit(false);
        assertEquals(1, page.get(JAVA_LONG, 0));
        assertFalse(run.readyForInterruptInjection());
    }
}
