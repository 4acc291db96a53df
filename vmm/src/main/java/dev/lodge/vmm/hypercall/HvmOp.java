package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HvmAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENODEV;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EOPNOTSUPP;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.abi.XenErrno.ESRCH;

import dev.lodge.rings.FrameNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_hvm_op(op, arg)}: parameters, and the vector by which events come ({@code
 * xen/include/public/hvm/hvm_op.h}).
 */
final class HvmOp implements Hypercall {

    private static final int FIRST_USABLE_VECTOR = 16;
    private static final int CALLBACK_TYPE_SHIFT = 56;
    private static final int TRACE_EXTRA_MAX = 7; // words of a trace record
    private static final int TRC_SUBCLS_SHIFT = 12;

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
            case HVMOP_guest_request_vm_event -> argument == 0 ? 0 : -EINVAL; // nobody monitors
            case HVMOP_get_mem_type -> getMemType(caller, argument);
            case HVMOP_pagetable_dying -> {
                int domid = domid(caller.read(argument, SIZEOF_pagetable_dying));
                // of shadow page tables, which a host with nested ones does not have
                yield caller.isSelf(domid) ? -EINVAL : caller.otherDomain(domid) == -ESRCH ? -ESRCH : -EOPNOTSUPP;
            }
            case HVMOP_xentrace -> {
                MemorySegment copy = caller.read(argument, SIZEOF_xentrace);
                int event = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
                int bytes = Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 2));
                yield bytes > TRACE_EXTRA_MAX * Integer.BYTES || event >>> TRC_SUBCLS_SHIFT != 0 ? -EINVAL : 0;
            }
            case HVMOP_altp2m -> -EOPNOTSUPP;
            default -> -ENOSYS;
        };
    }

    private static long setParam(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_param);
        int param = copy.get(ValueLayout.JAVA_INT, 4);
        long value = copy.get(ValueLayout.JAVA_LONG, 8);
        if (!HvmParams.exists(param)) {
            return -EINVAL;
        } else if (!caller.isSelf(domid(copy))) {
            return caller.otherDomain(domid(copy));
        }
        return switch (param) {
            case HVM_PARAM_CALLBACK_IRQ -> {
                caller.domain().params().set(param, value);
                caller.domain().setWidth(caller.width());
                caller.domain().setCallbackVector(callbackVector(value));
                yield 0;
            }
            case HVM_PARAM_VM86_TSS_SIZED,
                    HVM_PARAM_VM_GENERATION_ID_ADDR,
                    HVM_PARAM_STORE_EVTCHN,
                    HVM_PARAM_CONSOLE_EVTCHN -> {
                caller.domain().params().set(param, value);
                yield 0;
            }
            case HVM_PARAM_VM86_TSS -> {
                if (value >>> Integer.SIZE != 0) {
                    yield -EINVAL;
                }
                caller.domain().params().set(HVM_PARAM_VM86_TSS_SIZED, value);
                yield 0;
            }
            case HVM_PARAM_X87_FIP_WIDTH -> {
                if (value != 0 && value != 4 && value != 8) {
                    yield -EINVAL;
                }
                caller.domain().params().set(param, value);
                yield 0;
            }
            case HVM_PARAM_ACPI_IOPORTS_LOCATION -> -ENODEV; // no PM timer
            default -> HvmParams.isDeprecated(param) ? -EINVAL : -EPERM;
        };
    }

    /** GSIs and PCI lines are of no use to a domain without such chips. */
    private static int callbackVector(long via) {
        int vector = (int) via & 0xff;
        boolean usable = via >>> CALLBACK_TYPE_SHIFT == HVM_PARAM_CALLBACK_TYPE_VECTOR && vector >= FIRST_USABLE_VECTOR;
        return usable ? vector : 0;
    }

    private static long getParam(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_param);
        int param = copy.get(ValueLayout.JAVA_INT, 4);
        if (!HvmParams.exists(param)) {
            return -EINVAL;
        } else if (!caller.isSelf(domid(copy))) {
            return caller.otherDomain(domid(copy));
        }
        switch (param) {
            case HVM_PARAM_CALLBACK_IRQ,
                    HVM_PARAM_VM86_TSS,
                    HVM_PARAM_VM86_TSS_SIZED,
                    HVM_PARAM_ACPI_IOPORTS_LOCATION,
                    HVM_PARAM_VM_GENERATION_ID_ADDR,
                    HVM_PARAM_STORE_PFN,
                    HVM_PARAM_STORE_EVTCHN,
                    HVM_PARAM_CONSOLE_PFN,
                    HVM_PARAM_CONSOLE_EVTCHN,
                    HVM_PARAM_ALTP2M,
                    HVM_PARAM_X87_FIP_WIDTH -> {
                copy.set(ValueLayout.JAVA_LONG, 8, caller.domain().params().get(param));
                caller.write(argument, SIZEOF_param);
                return 0;
            }
            default -> {
                return HvmParams.isDeprecated(param) ? -EINVAL : -EPERM;
            }
        }
    }

    private static long getMemType(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_get_mem_type);
        long frame = copy.get(ValueLayout.JAVA_LONG, 8);
        if (!caller.isSelf(domid(copy))) {
            return caller.otherDomain(domid(copy));
        }
        boolean ram = frame >>> Long.SIZE - FrameNumber.FRAME_SHIFT == 0
                && caller.domain().memory().contains(frame << FrameNumber.FRAME_SHIFT, FrameNumber.FRAME_SIZE);
        copy.set(ValueLayout.JAVA_SHORT, 2, (short) (ram ? HVMMEM_ram_rw : HVMMEM_mmio_dm));
        caller.write(argument, SIZEOF_get_mem_type);
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

    private static int domid(MemorySegment copy) {
        return Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, 0));
    }
}
