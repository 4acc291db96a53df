package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmVcpuAbi.*;
import static dev.lodge.vmm.abi.HypercallNumber.vcpu_op;
import static dev.lodge.vmm.abi.VcpuAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.hypercall.ControlBits.*;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A context for {@code VCPUOP_initialise} of vCPU 1, for the tests of what becomes of it. */
abstract class StartContextCase {

    static final int CODE = 0xc9b; // 32 bits, accessed, 4 KiB
    static final int DATA = 0xc93;
    static final int TSS = 0x8b;

    final HypercallFixture guest = new HypercallFixture();
    final FakeDomain domain = guest.domain;

    @BeforeEach
    void contextIsZero() {
        guest.memory.asSlice(0, SIZEOF_context).fill((byte) 0);
        domain.controlBits = new ControlBits(
                CR4_PSE | CR4_PAE | CR4_PGE | CR4_PCIDE | CR4_CET, EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE);
    }

    long initialise() {
        return guest.call(vcpu_op, VCPUOP_initialise, 1, ARG);
    }

    /** The state that is passed on. */
    StartState accepted() {
        assertEquals(0, initialise());
        return domain.vcpus.get(1).initialised.removeFirst();
    }

    void assertRefused(String why) {
        assertEquals(-EINVAL, initialise(), why);
        assertEquals(List.of(), domain.vcpus.get(1).initialised, why);
    }

    void put32(int offset, int value) {
        guest.memory.set(ValueLayout.JAVA_INT, offset, value);
    }

    void put16(int offset, int value) {
        guest.memory.set(ValueLayout.JAVA_SHORT, offset, (short) value);
    }

    void flat32() {
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

    void flat64() {
        contextIsZero();
        put32(context_mode, VCPU_HVM_MODE_64B);
        guest.put64(x86_64_cr0, CR0_PE | CR0_PG);
        guest.put64(x86_64_cr4, CR4_PAE);
        guest.put64(x86_64_efer, EFER_LME);
    }

    /** Each bit on its own; the fields are of 32 bits at least, little-endian. */
    void assertControlRegistersAreChecked(int cr4, int efer) {
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
