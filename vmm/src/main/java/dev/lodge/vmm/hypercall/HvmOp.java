package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.DomainIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_hvm_op(op, arg)}: parameters, and the vector by which events come ({@code
 * xen/include/public/hvm/hvm_op.h}).
 */
final class HvmOp implements Hypercall {

    private static final int FIRST_USABLE_VECTOR = 16;

    @Override
    public long call(Caller caller, long command, long argument, long a3, long a4, long a5) {
        return switch ((int) command) {
            case HVMOP_set_param -> setParam(caller, argument);
            case HVMOP_get_param -> getParam(caller, argument);
            case HVMOP_set_evtchn_upcall_vector -> setUpcallVector(caller, argument);
            case HVMOP_get_time -> {
                caller.answer()
                        .set(ValueLayout.JAVA_LONG, 0, caller.domain().time().now());
                caller.write(argument, Long.BYTES);
                yield 0;
            }
            case HVMOP_flush_tlbs -> argument == 0 ? 0 : -EINVAL; // KVM keeps TLBs right without being asked
            default -> -ENOSYS;
        };
    }

    private static long setParam(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_param);
        int param = copy.get(ValueLayout.JAVA_INT, 4);
        long value = copy.get(ValueLayout.JAVA_LONG, 8);
        if (!isSelf(caller, copy)) {
            return -EPERM;
        }
        if (!HvmParams.exists(param)) {
            return -EINVAL;
        }
        HvmParams params = caller.domain().params();
        return switch (param) {
            case HVM_PARAM_CALLBACK_IRQ, HVM_PARAM_VM_GENERATION_ID_ADDR -> {
                params.set(param, value);
                yield 0;
            }
            // What the tools have set may be set again to the same, and to nothing else.
            case HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN, HVM_PARAM_CONSOLE_PFN, HVM_PARAM_CONSOLE_EVTCHN ->
                params.get(param) == value ? 0 : -EEXIST;
            default -> -EPERM;
        };
    }

    private static long getParam(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_param);
        int param = copy.get(ValueLayout.JAVA_INT, 4);
        if (!isSelf(caller, copy)) {
            return -EPERM;
        }
        if (!HvmParams.exists(param)) {
            return -EINVAL;
        }
        copy.set(ValueLayout.JAVA_LONG, 8, caller.domain().params().get(param));
        caller.write(argument, SIZEOF_param);
        return 0;
    }

    private static long setUpcallVector(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_evtchn_upcall_vector);
        int number = copy.get(ValueLayout.JAVA_INT, 0);
        int vector = Byte.toUnsignedInt(copy.get(ValueLayout.JAVA_BYTE, 4));
        if (vector < FIRST_USABLE_VECTOR) {
            return -EINVAL;
        }
        VcpuControl vcpu = caller.domain().vcpu(number);
        if (vcpu == null) {
            return -ENOENT;
        }
        vcpu.setUpcallVector(vector);
        return 0;
    }

    private static boolean isSelf(Caller caller, MemorySegment copy) {
        int domid = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
        return domid == DomainIds.DOMID_SELF || domid == caller.domain().domid();
    }
}
