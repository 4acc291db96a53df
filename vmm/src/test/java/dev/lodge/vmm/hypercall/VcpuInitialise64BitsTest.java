package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmVcpuAbi.*;
import static dev.lodge.vmm.abi.VcpuAbi.*;
import static dev.lodge.vmm.hypercall.ControlBits.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.hypercall.StartState.Control;
import dev.lodge.vmm.hypercall.StartState.General;
import dev.lodge.vmm.hypercall.StartState.Segment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conformance of {@code VCPUOP_initialise} to {@code xen/include/public/hvm/hvm_vcpu.h} and to what Xen 4.17 makes of it: of a context of 64 bits. */
class VcpuInitialise64BitsTest extends StartContextCase {

    @BeforeEach
    void begin() {
        flat64();
    }

    @Test
    void bringsAllRegistersAndFlatSegments() {
        guest.put64(x86_64_rax, 1L << 63, 2, 3, 4, -5, 6, 7, 8, 0xffff_8000_0000_0000L, 0x246);
        guest.put64(x86_64_cr0, CR0_PE | CR0_PG | CR0_WP, 0x1_2345_6000L, CR4_PAE | CR4_PCIDE, EFER_LME | EFER_SCE);
        StartState state = accepted();
        assertEquals(new General(1L << 63, 2, 3, 4, -5, 6, 7, 8, 0xffff_8000_0000_0000L, 0x246), state.general());
        assertEquals(
                new Control(CR0_PE | CR0_PG | CR0_WP, 0x1_2345_6000L, CR4_PAE | CR4_PCIDE, EFER_LME | EFER_SCE),
                state.control());
        Segment data = new Segment(0, -1, 0xc93);
        assertEquals(
                new StartState.Segments(new Segment(0, -1, 0xa9b), data, data, data, new Segment(0, 0x67, 0x8b)),
                state.segments());
    }

    @Test
    void beginsAtACanonicalAddress() {
        for (long good : new long[] {0, 0x7fff_ffff_ffffL, 0xffff_8000_0000_0000L, -1}) {
            guest.put64(x86_64_rip, good);
            assertEquals(good, accepted().general().rip());
        }
        for (long bad : new long[] {0x8000_0000_0000L, 0xffff_7fff_ffff_ffffL, Long.MIN_VALUE, Long.MAX_VALUE}) {
            guest.put64(x86_64_rip, bad);
            assertRefused(Long.toHexString(bad));
        }
    }

    @Test
    void hasMoreCanonicalAddressesWithFiveLevels() {
        domain.controlBits = new ControlBits(CR4_PAE | CR4_LA57, EFER_LME);
        guest.put64(x86_64_cr4, CR4_PAE | CR4_LA57);
        for (long good : new long[] {0x8000_0000_0000L, 0xff_ffff_ffff_ffffL, 0xff00_0000_0000_0000L}) {
            guest.put64(x86_64_rip, good);
            assertEquals(good, accepted().general().rip());
        }
        guest.put64(x86_64_rip, 0x100_0000_0000_0000L);
        assertRefused("the 57th bit alone");
    }

    @Test
    void isInLongMode() {
        guest.put64(x86_64_cr0, CR0_PE);
        assertRefused("no paging");
        flat64();
        guest.put64(x86_64_cr4, 0);
        assertRefused("no PAE");
        flat64();
        guest.put64(x86_64_efer, EFER_LMA);
        assertRefused("no LME");
        flat64();
        guest.put64(x86_64_cr0, CR0_PG);
        assertRefused("no protection");
        flat64();
        guest.put64(x86_64_efer, EFER_LME | EFER_LMA);
        assertTrue(accepted().control().isLongMode());
        guest.put64(x86_64_cr0, CR0_PE | CR0_PG | 1L << 32);
        assertRefused("CR0 of more than 32 bits");
    }

    @Test
    void hasControlRegistersThatTheCpuKnows() {
        assertControlRegistersAreChecked(x86_64_cr4, x86_64_efer);
    }

    @Test
    void doesNotLookAtTheOtherModesPads() {
        guest.put64(x86_64_rsi, -1);
        guest.put64(x86_64_rdi, -1);
        guest.memory.asSlice(x86_64_efer + Long.BYTES, 8).fill((byte) -1);
        assertEquals(-1, accepted().general().rdi());
    }
}
