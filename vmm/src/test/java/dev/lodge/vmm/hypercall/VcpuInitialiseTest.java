package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmVcpuAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.vcpu_op;
import static dev.lodge.vmm.abi.VcpuAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.hypercall.ControlBits.*;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static dev.lodge.vmm.hypercall.HypercallFixture.UNREADABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.hypercall.StartState.Control;
import dev.lodge.vmm.hypercall.StartState.General;
import dev.lodge.vmm.hypercall.StartState.Segment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance of {@code VCPUOP_initialise} to {@code xen/include/public/hvm/hvm_vcpu.h} and to what Xen 4.17 makes of it. */
class VcpuInitialiseTest {

    private static final int CODE = 0xc9b; // 32 bits, accessed, 4 KiB
    private static final int DATA = 0xc93;
    private static final int TSS = 0x8b;

    private final HypercallFixture guest = new HypercallFixture();
    private final FakeDomain domain = guest.domain;

    @BeforeEach
    void contextIsZero() {
        guest.memory.asSlice(0, SIZEOF_context).fill((byte) 0);
        domain.controlBits = new ControlBits(
                CR4_PSE | CR4_PAE | CR4_PGE | CR4_PCIDE | CR4_CET, EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE);
    }

    private long initialise() {
        return guest.call(vcpu_op, VCPUOP_initialise, 1, ARG);
    }

    /** The state that is passed on. */
    private StartState accepted() {
        assertEquals(0, initialise());
        return domain.vcpus.get(1).initialised.removeFirst();
    }

    private void assertRefused(String why) {
        assertEquals(-EINVAL, initialise(), why);
        assertEquals(List.of(), domain.vcpus.get(1).initialised, why);
    }

    private void put32(int offset, int value) {
        guest.memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    private void put16(int offset, int value) {
        guest.memory.set(ValueLayout.JAVA_SHORT, offset, (short) value);
    }

    private void flat32() {
        contextIsZero();
        put32(context_mode, VCPU_HVM_MODE_32B);
        for (int limit : new int[] {x86_32_cs_limit, x86_32_ds_limit, x86_32_ss_limit, x86_32_es_limit}) {
            put32(limit, -1);
        }
        put16(x86_32_cs_ar, CODE);
        put16(x86_32_ds_ar, DATA);
        put16(x86_32_ss_ar, DATA);
        put16(x86_32_es_ar, DATA);
        put32(x86_32_tr_limit, 0x67);
        put16(x86_32_tr_ar, TSS);
        put32(x86_32_cr0, (int) (CR0_PE | CR0_ET));
        put32(x86_32_eip, 0x10_0000);
    }

    private void flat64() {
        contextIsZero();
        put32(context_mode, VCPU_HVM_MODE_64B);
        guest.put64(x86_64_cr0, CR0_PE | CR0_PG);
        guest.put64(x86_64_cr4, CR4_PAE);
        guest.put64(x86_64_efer, EFER_LME);
    }

    @Nested
    class OfAnyMode {

        @Test
        void happensOnce() {
            flat32();
            assertEquals(-EINVAL, guest.call(vcpu_op, VCPUOP_up, 1), "not yet");
            assertEquals(0, initialise());
            assertEquals(0, guest.call(vcpu_op, VCPUOP_is_up, 1));
            assertEquals(-EEXIST, initialise());
            assertEquals(0, guest.call(vcpu_op, VCPUOP_up, 1));
            assertEquals(1, domain.vcpus.get(1).initialised.size());
            assertEquals(List.of("up"), domain.vcpus.get(1).calls);
        }

        @Test
        void isTooLateForAVcpuThatItsLocalApicStarted() {
            domain.vcpus.get(1).up = true;
            put32(context_pad, 1);
            assertEquals(-EEXIST, initialise(), "whatever the context says");
        }

        @Test
        void needsAContextThatCanBeReadAndAVcpuThatIsThere() {
            domain.vcpus.getFirst().up = true;
            for (long address : UNREADABLE) {
                assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_initialise, 1, address));
                assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_initialise, 0, address), "before EEXIST");
            }
            assertEquals(-EFAULT, guest.call(vcpu_op, VCPUOP_initialise, 1, ARG + 0x1_0000 - SIZEOF_context + 1));
            assertEquals(-ENOENT, guest.call(vcpu_op, VCPUOP_initialise, 2, ARG));
        }

        @Test
        void needsAVcpuInfoWhereSharedInfoHasNone() {
            HypercallFixture large = new HypercallFixture(34);
            for (int vcpu : new int[] {31, 32, 33}) {
                long answer = large.call(vcpu_op, VCPUOP_initialise, vcpu, HypercallFixture.UNMAPPED);
                assertEquals(vcpu < 32 ? -EFAULT : -EINVAL, answer);
            }
            assertEquals(0, large.call(vcpu_op, VCPUOP_register_vcpu_info, 33, large.put64(0, 0x80, 0)));
            assertEquals(-EFAULT, large.call(vcpu_op, VCPUOP_initialise, 33, HypercallFixture.UNMAPPED));
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3, -1, Integer.MIN_VALUE})
        void isOfTwoModes(int mode) {
            flat32();
            put32(context_mode, mode);
            assertRefused("mode " + mode);
        }

        @Test
        void hasAPad() {
            flat32();
            put32(context_pad, 1);
            assertRefused("32-bit");
            flat64();
            put32(context_pad, Integer.MIN_VALUE);
            assertRefused("64-bit");
        }
    }

    @Nested
    class Of32Bits {

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
                            first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7,
                            first + 8, 0x46),
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

    @Nested
    class Of64Bits {

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

    /** Each bit on its own; the fields are of 32 bits at least, little-endian. */
    private void assertControlRegistersAreChecked(int cr4, int efer) {
        long goodCr4 = Integer.toUnsignedLong(guest.get32(cr4));
        for (int bit = 0; bit < 32; bit++) {
            put32(cr4, (int) (goodCr4 | 1L << bit));
            boolean known = (domain.controlBits.cr4() & ~CR4_PCIDE & ~CR4_CET & 1L << bit) != 0;
            if (known || (goodCr4 & 1L << bit) != 0) {
                accepted();
            } else if ((domain.controlBits.cr4() & 1L << bit) == 0) {
                assertRefused("CR4 bit " + bit);
            }
        }
        put32(cr4, (int) goodCr4);
        long goodEfer = guest.get64(efer);
        for (int bit = 0; bit < 64; bit++) {
            guest.put64(efer, goodEfer | 1L << bit);
            if ((domain.controlBits.efer() & 1L << bit) == 0) {
                assertRefused("EFER bit " + bit);
            } else if (1L << bit != EFER_LMA) {
                accepted();
            }
        }
    }
}
