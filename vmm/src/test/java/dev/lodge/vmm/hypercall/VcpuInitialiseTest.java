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

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance of {@code VCPUOP_initialise} to {@code xen/include/public/hvm/hvm_vcpu.h} and to what Xen 4.17 makes of it: of a context of either mode. */
class VcpuInitialiseTest extends StartContextCase {

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
