package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.EventChannelAbi.*;
import static dev.lodge.vmm.abi.XenErrno.EBUSY;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOENT;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.DomainIds;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.event.ChannelStatus;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** {@code HYPERVISOR_event_channel_op(cmd, arg)} ({@code xen/include/public/event_channel.h}). */
final class EventChannelOp implements Hypercall {

    @Override
    public long call(Caller caller, long command, long argument, long a3, long a4, long a5) {
        EventChannels events = caller.domain().events();
        return switch ((int) command) {
            // first, as it is the one that matters for speed
            case EVTCHNOP_send -> events.send(u32(caller.read(argument, SIZEOF_port), 0));
            case EVTCHNOP_unmask -> events.unmask(u32(caller.read(argument, SIZEOF_port), 0));
            case EVTCHNOP_close -> events.close(u32(caller.read(argument, SIZEOF_port), 0));
            case EVTCHNOP_alloc_unbound -> {
                MemorySegment copy = caller.read(argument, SIZEOF_alloc_unbound);
                if (!caller.isSelf(u16(copy, 0))) {
                    yield caller.otherDomain(u16(copy, 0));
                }
                yield answerPort(caller, argument, 4, events.allocUnbound(resolve(caller, u16(copy, 2))));
            }
            case EVTCHNOP_bind_interdomain -> {
                MemorySegment copy = caller.read(argument, SIZEOF_bind_interdomain);
                int port = events.bindInterdomain(resolve(caller, u16(copy, 0)), u32(copy, 4));
                yield answerPort(caller, argument, 8, port);
            }
            case EVTCHNOP_bind_virq -> {
                MemorySegment copy = caller.read(argument, SIZEOF_bind_virq);
                yield answerPort(caller, argument, 8, events.bindVirq(u32(copy, 0), u32(copy, 4)));
            }
            case EVTCHNOP_bind_ipi -> {
                MemorySegment copy = caller.read(argument, SIZEOF_bind_ipi);
                yield answerPort(caller, argument, 4, events.bindIpi(u32(copy, 0)));
            }
            case EVTCHNOP_bind_pirq -> {
                MemorySegment copy = caller.read(argument, SIZEOF_bind_pirq);
                yield answerPort(caller, argument, 8, events.bindPirq(u32(copy, 0)));
            }
            case EVTCHNOP_bind_vcpu -> {
                MemorySegment copy = caller.read(argument, SIZEOF_bind_vcpu);
                yield events.bindVcpu(u32(copy, 0), u32(copy, 4));
            }
            case EVTCHNOP_status -> status(caller, argument);
            case EVTCHNOP_reset -> {
                int domid = u16(caller.read(argument, SIZEOF_reset), 0);
                yield caller.isSelf(domid) ? events.reset() : caller.otherDomain(domid);
            }
            case EVTCHNOP_reset_cont -> {
                int domid = u16(caller.read(argument, SIZEOF_reset), 0);
                yield caller.isSelf(domid) ? -EBUSY : caller.otherDomain(domid); // no reset is ever left half done
            }
            case EVTCHNOP_init_control -> initControl(caller, argument);
            case EVTCHNOP_expand_array -> {
                MemorySegment page =
                        frame(caller, caller.read(argument, SIZEOF_expand_array).get(ValueLayout.JAVA_LONG, 0));
                yield page == null ? -EINVAL : events.expandArray(page);
            }
            case EVTCHNOP_set_priority -> {
                MemorySegment copy = caller.read(argument, SIZEOF_set_priority);
                yield events.setPriority(u32(copy, 0), u32(copy, 4));
            }
            default -> -ENOSYS;
        };
    }

    private static long initControl(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_init_control);
        long gfn = copy.get(ValueLayout.JAVA_LONG, 0);
        int offset = u32(copy, 8);
        int vcpu = u32(copy, 12);
        if (vcpu < 0 || vcpu >= caller.domain().vcpuCount()) {
            return -ENOENT;
        }
        int last = FrameNumber.FRAME_SIZE - SIZEOF_fifo_control_block;
        MemorySegment frame = frame(caller, gfn);
        if (Integer.compareUnsigned(offset, last) > 0 || offset % Long.BYTES != 0 || frame == null) {
            return -EINVAL;
        }
        long result = caller.domain().events().initControl(vcpu, frame.asSlice(offset, SIZEOF_fifo_control_block));
        if (result == 0) {
            copy.set(ValueLayout.JAVA_BYTE, 16, (byte) EVTCHN_FIFO_LINK_BITS);
            caller.write(argument, SIZEOF_init_control);
        }
        return result;
    }

    /** A frame of the guest's RAM, or null. */
    private static @Nullable MemorySegment frame(Caller caller, long number) {
        if (number >>> Long.SIZE - FrameNumber.FRAME_SHIFT != 0) {
            return null;
        }
        FrameNumber frame = new FrameNumber(number);
        GuestRam ram = caller.domain().memory();
        return ram.contains(frame.address().value(), FrameNumber.FRAME_SIZE) ? ram.frame(frame) : null;
    }

    private static long status(Caller caller, long argument) {
        MemorySegment copy = caller.read(argument, SIZEOF_status);
        int domid = u16(copy, 0);
        int port = u32(copy, 4);
        if (!caller.isSelf(domid)) {
            return caller.otherDomain(domid);
        }
        EventChannels events = caller.domain().events();
        if (!events.isPort(port)) {
            return -EINVAL;
        }
        ChannelStatus status = events.status(port);
        copy.set(ValueLayout.JAVA_INT, 8, status.status());
        copy.set(ValueLayout.JAVA_INT, 12, status.vcpu());
        switch (status.status()) {
            case EVTCHNSTAT_unbound, EVTCHNSTAT_interdomain -> {
                copy.set(ValueLayout.JAVA_SHORT, 16, (short) status.subject());
                copy.set(ValueLayout.JAVA_INT, 20, status.remotePort());
            }
            case EVTCHNSTAT_virq, EVTCHNSTAT_pirq -> copy.set(ValueLayout.JAVA_INT, 16, status.subject());
            default -> {
                // closed and ipi say no more
            }
        }
        caller.write(argument, SIZEOF_status);
        return 0;
    }

    /** Gives the guest its new port, or the error that came in its place; a port it could not be told of is closed. */
    private static long answerPort(Caller caller, long argument, int offset, int port) {
        if (port < 0) {
            return port;
        }
        caller.answer().set(ValueLayout.JAVA_INT, offset, port);
        try {
            caller.write(argument, offset, Integer.BYTES);
        } catch (XenErrno error) {
            caller.domain().events().close(port);
            throw error;
        }
        return 0;
    }

    private static int resolve(Caller caller, int domid) {
        return domid == DomainIds.DOMID_SELF ? caller.domain().domid() : domid;
    }

    private static int u16(MemorySegment copy, int offset) {
        return Short.toUnsignedInt(copy.get(ValueLayout.JAVA_SHORT, offset));
    }

    private static int u32(MemorySegment copy, int offset) {
        return copy.get(ValueLayout.JAVA_INT, offset);
    }
}
