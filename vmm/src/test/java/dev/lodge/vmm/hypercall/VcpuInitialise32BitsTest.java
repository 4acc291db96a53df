package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmVcpuAbi.*;
import static dev.lodge.vmm.abi.VcpuAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.hypercall.ControlBits.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.hypercall.StartState.Control;
import dev.lodge.vmm.hypercall.StartState.General;
import dev.lodge.vmm.hypercall.StartState.Segment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance of {@code VCPUOP_initialise} to {@code xen/include/public/hvm/hvm_vcpu.h} and to what Xen 4.17 makes of it: of a context of 32 bits. */
class VcpuInitialise32BitsTest extends StartContextCase {

    @BeforeEach
    void begin() {
        flat32();
    }

    @Test
    void bringsAllRegisters() {
        int[] registers = {
            x86_32_eax, x86_32_ecx, x86_32_edx, x86_32_ebx, x86_32_esp, x86_32_ebp, x86_32_esi, x86_32_edi
        };
        for (int i = 0; i < registers.length; i++) {
            put32(registers[i], 0xffff_fff0 + i);
        }
        put32(x86_32_eip, 0xffff_fff8);
        put32(x86_32_eflags, 0x46);
        put32(x86_32_cr0, (int) (CR0_PE | CR0_PG));
        put32(x86_32_cr3, 0xffff_f000);
        put32(x86_32_cr4, (int) CR4_PSE);
        guest.put64(x86_32_efer, EFER_NXE);
        StartState state = accepted();
        long first = 0xffff_fff0L;
        assertEquals(
                new General(
                        first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7, first + 8,
                        0x46),
                state.general());
        assertEquals(new Control(CR0_PE | CR0_PG, 0xffff_f000L, CR4_PSE, EFER_NXE), state.control());
    }

    @Test
    void bringsAllSegments() {
        put32(x86_32_cs_base, 1);
        put32(x86_32_ds_base, 2);
        put32(x86_32_ss_base, 3);
        put32(x86_32_es_base, 4);
        put32(x86_32_tr_base, 5);
        put32(x86_32_ds_limit, 6);
        put16(x86_32_es_ar, 0x193);
        StartState.Segments segments = accepted().segments();
        assertEquals(new Segment(1, -1, CODE), segments.cs());
        assertEquals(new Segment(2, 6, DATA), segments.ds());
        assertEquals(new Segment(3, -1, DATA), segments.ss());
        assertEquals(new Segment(4, -1, 0x193), segments.es());
        assertEquals(new Segment(5, 0x67, TSS), segments.tr());
    }

    @Test
    void readsAnAttributeAsADescriptorHasIt() {
        Segment segment = new Segment(0, 0, 0xab5 | 0x40);
        assertEquals(0x5, segment.type());
        assertEquals(1, segment.s());
        assertEquals(3, segment.dpl());
        assertEquals(1, segment.present());
        assertEquals(0, segment.avl());
        assertEquals(1, segment.l());
        assertEquals(0, segment.db());
        assertEquals(1, segment.g());
        assertEquals(1, new Segment(0, 0, 0x100).avl());
        assertEquals(1, new Segment(0, 0, 0x400).db());
    }

    @Test
    void takesSegmentsForAccessedAndATaskStateForBusy() {
        put16(x86_32_cs_ar, CODE - 1);
        put16(x86_32_ds_ar, DATA - 1);
        put16(x86_32_ss_ar, DATA - 1);
        put16(x86_32_tr_ar, 0x89);
        StartState.Segments segments = accepted().segments();
        assertEquals(CODE, segments.cs().attributes());
        assertEquals(DATA, segments.ds().attributes());
        assertEquals(DATA, segments.ss().attributes());
        assertEquals(TSS, segments.tr().attributes());
    }

    @Test
    void hasPads() {
        put32(x86_32_pad1, 1);
        assertRefused("pad1");
        for (int i = 0; i < 3; i++) {
            flat32();
            put16(x86_32_pad2 + i * Short.BYTES, 0x8000);
            assertRefused("pad2[" + i + "]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {x86_32_cs_ar, x86_32_ds_ar, x86_32_ss_ar, x86_32_es_ar, x86_32_tr_ar})
    void hasSegmentsThatAreWellFormed(int attribute) {
        int good = guest.get16(attribute);
        for (int bit = 12; bit < 16; bit++) {
            put16(attribute, good | 1 << bit);
            assertRefused("bit " + bit);
        }
        put16(attribute, good & ~0x80);
        assertRefused("not present");
        put16(attribute, good ^ 0x10);
        assertRefused("a system's segment for one of code or data, or the reverse");
        put16(attribute, 0x1000);
        assertRefused("null but for an unknown bit");
        put16(attribute, 0);
        if (attribute == x86_32_ds_ar || attribute == x86_32_es_ar) {
            assertEquals(0, initialise(), "null");
        } else {
            assertRefused("null");
        }
    }

    @Test
    void hasCodeInCsWritableDataInSsAndWhatCanBeReadInDsAndEs() {
        for (int type = 0; type < 16; type++) {
            boolean code = (type & 8) != 0;
            assertTakes(x86_32_cs_ar, type, code);
            assertTakes(x86_32_ss_ar, type, !code && (type & 2) != 0);
            assertTakes(x86_32_ds_ar, type, !code || (type & 2) != 0);
            assertTakes(x86_32_es_ar, type, !code || (type & 2) != 0);
        }
    }

    private void assertTakes(int attribute, int type, boolean expected) {
        flat32();
        put16(attribute, 0xc90 | type);
        assertEquals(expected ? 0 : -EINVAL, initialise(), attribute + " of type " + type);
        domain.vcpus.get(1).initialised.clear();
    }

    @Test
    void hasATaskStateOf32Bits() {
        for (int type = 0; type < 16; type++) {
            flat32();
            put16(x86_32_tr_ar, 0x80 | type);
            assertEquals(type == 9 || type == 0xb ? 0 : -EINVAL, initialise(), "type " + type);
            domain.vcpus.get(1).initialised.clear();
        }
    }

    @Test
    void beginsWithinTheCodeSegment() {
        put16(x86_32_cs_ar, CODE & ~0x800);
        put32(x86_32_cs_limit, 0xfff);
        put32(x86_32_eip, 0xfff);
        assertEquals(0xfff, accepted().general().rip());
        put32(x86_32_eip, 0x1000);
        assertRefused("a byte too far");
        put32(x86_32_eip, -1);
        assertRefused("far too far");
        put16(x86_32_cs_ar, CODE);
        put32(x86_32_cs_limit, 1);
        put32(x86_32_eip, 0x1fff);
        assertEquals(0x1fff, accepted().general().rip());
        put32(x86_32_eip, 0x2000);
        assertRefused("a page too far");
        put32(x86_32_cs_limit, 0xf_ffff);
        put32(x86_32_eip, -1);
        assertEquals(0xffff_ffffL, accepted().general().rip());
    }

    @Test
    void hasPrivilegesThatGoTogether() {
        int user = 3 << 5;
        put16(x86_32_cs_ar, CODE | user);
        assertRefused("SS of the kernel");
        put16(x86_32_ss_ar, DATA | user);
        assertEquals(0, accepted().segments().ds().dpl());
        put16(x86_32_ds_ar, DATA | user);
        put16(x86_32_es_ar, DATA | user);
        assertEquals(3, accepted().segments().es().dpl());
        flat32();
        put16(x86_32_ss_ar, DATA | user);
        assertRefused("CS of the kernel");
        flat32();
        put16(x86_32_ds_ar, DATA | 1 << 5);
        assertRefused("DS");
        flat32();
        put16(x86_32_es_ar, DATA | 1 << 5);
        assertRefused("ES");
    }

    @Test
    void mayBeginInCompatibilityMode() {
        put32(x86_32_cr0, (int) (CR0_PE | CR0_PG));
        put32(x86_32_cr4, (int) CR4_PAE);
        guest.put64(x86_32_efer, EFER_LME);
        assertTrue(accepted().control().isLongMode());
        guest.put64(x86_32_efer, EFER_LME | EFER_LMA);
        assertTrue(accepted().control().isLongMode());
        put16(x86_32_cs_ar, CODE | 0x200);
        assertRefused("code of 64 and of 32 bits");
        put16(x86_32_cs_ar, CODE & ~0x400 | 0x200);
        assertTrue(accepted().control().isLongMode());
        put32(x86_32_cr4, 0);
        assertRefused("without PAE");
        put32(x86_32_cr4, (int) CR4_PAE);
        guest.put64(x86_32_efer, EFER_LMA);
        assertRefused("LMA without LME");
        guest.put64(x86_32_efer, EFER_LMA | EFER_LME);
        put32(x86_32_cr0, (int) CR0_PE);
        assertRefused("LMA without paging");
        guest.put64(x86_32_efer, EFER_LME);
        put16(x86_32_cs_ar, CODE);
        assertEquals(EFER_LME, accepted().control().efer(), "long mode once it turns paging on");
        put16(x86_32_cs_ar, CODE & ~0x400 | 0x200);
        assertRefused("64-bit code before that");
    }

    @Test
    void hasControlRegistersThatTheCpuKnows() {
        assertControlRegistersAreChecked(x86_32_cr4, x86_32_efer);
    }

    @Test
    void hasACr0ThatTheCpuCanHave() {
        for (int bad : new int[] {1 << 6, 1 << 15, 1 << 17, 1 << 19, 1 << 28}) {
            put32(x86_32_cr0, (int) CR0_PE | bad);
            assertRefused("CR0 " + Integer.toHexString(bad));
        }
        put32(x86_32_cr0, (int) CR0_PG);
        assertRefused("paging without protection");
        put32(x86_32_cr0, (int) (CR0_PE | CR0_NW));
        assertRefused("write-through without a cache");
        put32(x86_32_cr0, (int) (CR0_PE | CR0_NW | CR0_CD));
        assertEquals(0, accepted().control().cr3());
        put32(x86_32_cr4, (int) CR4_PCIDE);
        assertRefused("PCIDs outside long mode");
        put32(x86_32_cr4, (int) CR4_CET);
        assertRefused("CET without write protection");
        put32(x86_32_cr0, (int) (CR0_PE | CR0_WP));
        assertEquals(CR4_CET, accepted().control().cr4());
    }
}
