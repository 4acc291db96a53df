package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.ETIME;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestAddress;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.HvmVcpuAbi;
import dev.lodge.vmm.abi.RunstateInfo;
import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuAbi;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code HYPERVISOR_vcpu_op(cmd, vcpuid, extra_args)}: operations on one vCPU ({@code xen/include/public/vcpu.h}). */
final class VcpuOp implements Hypercall {

    private static final int ENXIO = 6;
    private static final long MIN_PERIOD = 1_000_000; // Xen's: at least 1 ms

    @Override
    public long call(Caller caller, long command, long vcpuId, long argument, long a4, long a5) {
        GuestDomain domain = caller.domain();
        int number = (int) vcpuId;
        VcpuControl vcpu = vcpuId == number ? domain.vcpu(number) : null;
        if (vcpu == null) {
            return -ENOENT;
        }
        return switch ((int) command) {
            case VcpuAbi.VCPUOP_is_up -> vcpu.isUp() ? 1 : 0;
            case VcpuAbi.VCPUOP_initialise -> initialise(caller, number, vcpu, argument);
            case VcpuAbi.VCPUOP_up -> {
                if (!vcpu.isStarted()) {
                    yield -EINVAL;
                }
                vcpu.comeUp();
                yield 0;
            }
            case VcpuAbi.VCPUOP_down -> {
                vcpu.goDown();
                yield 0;
            }
            case VcpuAbi.VCPUOP_register_vcpu_info -> registerVcpuInfo(caller, number, argument);
            case VcpuAbi.VCPUOP_set_singleshot_timer -> setSingleshotTimer(caller, number, vcpu, argument);
            case VcpuAbi.VCPUOP_stop_singleshot_timer -> {
                if (number != caller.vcpu()) {
                    yield -EINVAL;
                }
                vcpu.upkeep().stopTimer();
                yield 0;
            }
            case VcpuAbi.VCPUOP_set_periodic_timer -> {
                long period = caller.read(argument, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
                if (period < MIN_PERIOD) {
                    yield -EINVAL;
                }
                vcpu.upkeep().setPeriodicTimer(period);
                yield 0;
            }
            case VcpuAbi.VCPUOP_stop_periodic_timer -> {
                vcpu.upkeep().setPeriodicTimer(0);
                yield 0;
            }
            case VcpuAbi.VCPUOP_get_runstate_info -> {
                vcpu.upkeep().runstate(caller.answer());
                caller.write(argument, RunstateInfo.vcpu_runstate_info);
                yield 0;
            }
            case VcpuAbi.VCPUOP_register_runstate_memory_area -> registerRunstate(caller, vcpu, argument);
            case VcpuAbi.VCPUOP_register_vcpu_time_memory_area -> registerTimeRecord(caller, vcpu, argument);
            default -> -ENOSYS;
        };
    }

    /** The vCPU of a number that is known to be one. */
    static VcpuControl require(GuestDomain domain, int number) {
        VcpuControl vcpu = domain.vcpu(number);
        if (vcpu == null) {
            throw new AssertionError("domain " + domain.domid() + " has no vCPU " + number);
        }
        return vcpu;
    }

    /** The order of the errors is Xen's. */
    private static long initialise(Caller caller, int number, VcpuControl vcpu, long argument) {
        GuestDomain domain = caller.domain();
        if (number >= SharedInfo.LEGACY_MAX_VCPUS && !domain.events().places().isVcpuInfoPlaced(number)) {
            return -EINVAL; // there is no vcpu_info for it
        }
        MemorySegment copy = caller.read(argument, HvmVcpuAbi.SIZEOF_context);
        if (vcpu.isStarted()) {
            return -EEXIST;
        }
        StartState state = StartContext.read(copy, domain.controlBits());
        return state == null ? -EINVAL : vcpu.initialise(state, caller::goesOn);
    }

    private static long registerVcpuInfo(Caller caller, int number, long argument) {
        MemorySegment copy = caller.read(argument, VcpuAbi.SIZEOF_register_vcpu_info);
        FrameNumber frame = new FrameNumber(copy.get(ValueLayout.JAVA_LONG, 0));
        int offset = copy.get(ValueLayout.JAVA_INT, Long.BYTES);
        if (Integer.compareUnsigned(offset, FrameNumber.FRAME_SIZE - VcpuInfo.SIZE) > 0 || offset % Long.BYTES != 0) {
            return -ENXIO;
        }
        GuestDomain domain = caller.domain();
        if (frame.value() >>> Long.SIZE - FrameNumber.FRAME_SHIFT != 0
                || !domain.memory().contains(frame.address().value(), FrameNumber.FRAME_SIZE)) {
            return -EINVAL;
        }
        GuestAddress address = frame.address().plus(offset);
        MemorySegment place = domain.memory().slice(address, VcpuInfo.SIZE);
        VcpuControl vcpu = require(domain, number);
        boolean placed = domain.events().places().placeVcpuInfoOnce(number, place, () -> vcpu.upkeep()
                .vcpuInfoPlaced(address));
        return placed ? 0 : -EINVAL; // Xen never takes one back
    }

    private static long setSingleshotTimer(Caller caller, int number, VcpuControl vcpu, long argument) {
        if (number != caller.vcpu()) {
            return -EINVAL;
        }
        MemorySegment copy = caller.read(argument, VcpuAbi.vcpu_set_singleshot_timer);
        long deadline = copy.get(ValueLayout.JAVA_LONG, 0);
        int flags = copy.get(ValueLayout.JAVA_INT, Long.BYTES);
        if ((flags & VcpuAbi.VCPU_SSHOTTMR_future) != 0
                && deadline < caller.domain().time().now()) {
            return -ETIME;
        }
        vcpu.upkeep().setTimer(deadline);
        return 0;
    }

    /** Xen takes any address here, and skips each update that does not reach it. */
    private static long registerRunstate(Caller caller, VcpuControl vcpu, long argument) {
        long area = caller.read(argument, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
        if (!isPointer(caller, area)) {
            return -EFAULT;
        }
        int size = RunstateInfo.vcpu_runstate_info.size(caller.domain().width());
        vcpu.upkeep().keepRunstate(area, caller.physical(area, size));
        return 0;
    }

    /** Of the 64 bits for a pointer, 32-bit code leaves the higher ones 0. */
    private static boolean isPointer(Caller caller, long area) {
        return caller.width() == GuestWidth.BITS_64 || area >>> Integer.SIZE == 0;
    }

    /** Other than with Xen, the address is translated now and never again, and the record must lie in one page. */
    private static long registerTimeRecord(Caller caller, VcpuControl vcpu, long argument) {
        long area = caller.read(argument, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
        long physical = caller.physical(area, VcpuInfo.SIZEOF_time);
        if (physical == VcpuUpkeep.NOWHERE || !isPointer(caller, area)) {
            return -EFAULT;
        }
        vcpu.upkeep().keepTimeRecord(new GuestAddress(physical));
        return 0;
    }
}
