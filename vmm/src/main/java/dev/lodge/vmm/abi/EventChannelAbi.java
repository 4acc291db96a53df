package dev.lodge.vmm.abi;

/** Event channels: {@code xen/include/public/event_channel.h}. The names are the header's. */
public final class EventChannelAbi {

    public static final int EVTCHNOP_bind_interdomain = 0;
    public static final int EVTCHNOP_bind_virq = 1;
    public static final int EVTCHNOP_bind_pirq = 2;
    public static final int EVTCHNOP_close = 3;
    public static final int EVTCHNOP_send = 4;
    public static final int EVTCHNOP_status = 5;
    public static final int EVTCHNOP_alloc_unbound = 6;
    public static final int EVTCHNOP_bind_ipi = 7;
    public static final int EVTCHNOP_bind_vcpu = 8;
    public static final int EVTCHNOP_unmask = 9;
    public static final int EVTCHNOP_reset = 10;
    public static final int EVTCHNOP_init_control = 11;
    public static final int EVTCHNOP_expand_array = 12;
    public static final int EVTCHNOP_set_priority = 13;
    public static final int EVTCHNOP_reset_cont = 14;

    // EVTCHNSTAT_*: what a channel is
    public static final int EVTCHNSTAT_closed = 0;
    public static final int EVTCHNSTAT_unbound = 1;
    public static final int EVTCHNSTAT_interdomain = 2;
    public static final int EVTCHNSTAT_pirq = 3;
    public static final int EVTCHNSTAT_virq = 4;
    public static final int EVTCHNSTAT_ipi = 5;

    // EVTCHN_FIFO_*: the FIFO ABI; bit numbers in an event word
    public static final int EVTCHN_FIFO_PENDING = 31;
    public static final int EVTCHN_FIFO_MASKED = 30;
    public static final int EVTCHN_FIFO_LINKED = 29;
    public static final int EVTCHN_FIFO_BUSY = 28;

    /** The lowest bits of an event word are a port, which is that many bits wide. */
    public static final int EVTCHN_FIFO_LINK_BITS = 17;

    /** Ports of the FIFO ABI, port 0 included, which is never used. */
    public static final int EVTCHN_FIFO_NR_CHANNELS = 1 << EVTCHN_FIFO_LINK_BITS;

    public static final int EVTCHN_FIFO_PRIORITY_MAX = 0;
    public static final int EVTCHN_FIFO_PRIORITY_DEFAULT = 7;
    public static final int EVTCHN_FIFO_PRIORITY_MIN = 15;

    /** Queues of a vCPU, one for each priority. */
    public static final int EVTCHN_FIFO_MAX_QUEUES = 16;

    /** Bytes in {@code struct evtchn_fifo_control_block}: ready, reserved, head[16]. */
    public static final int SIZEOF_fifo_control_block = 72;

    public static final int fifo_control_block_ready = 0;
    public static final int fifo_control_block_head = 8;

    /** Bytes in {@code struct evtchn_init_control}: control_gfn (64 bits), offset, vcpu, link_bits (8 bits, padded). */
    public static final int SIZEOF_init_control = 24;

    /** Bytes in {@code struct evtchn_expand_array}: array_gfn (64 bits). */
    public static final int SIZEOF_expand_array = 8;

    /** Bytes in {@code struct evtchn_set_priority}: port, priority. */
    public static final int SIZEOF_set_priority = 8;

    /** Bytes in {@code struct evtchn_bind_pirq}: pirq, flags, port. */
    public static final int SIZEOF_bind_pirq = 12;

    /** Bytes in {@code struct evtchn_alloc_unbound}: dom, remote_dom (16 bits each), port. */
    public static final int SIZEOF_alloc_unbound = 8;

    /** Bytes in {@code struct evtchn_bind_interdomain}: remote_dom (16 bits, padded), remote_port, local_port. */
    public static final int SIZEOF_bind_interdomain = 12;

    /** Bytes in {@code struct evtchn_bind_virq}: virq, vcpu, port. */
    public static final int SIZEOF_bind_virq = 12;

    /** Bytes in {@code struct evtchn_bind_ipi}: vcpu, port. */
    public static final int SIZEOF_bind_ipi = 8;

    /** Bytes in {@code struct evtchn_bind_vcpu}: port, vcpu. */
    public static final int SIZEOF_bind_vcpu = 8;

    /** Bytes in the structures that hold a port and nothing else: close, send, unmask. */
    public static final int SIZEOF_port = 4;

    /** Bytes in {@code struct evtchn_status}: dom (16 bits, padded), port, status, vcpu, and a union of 8. */
    public static final int SIZEOF_status = 24;

    /** Bytes in {@code struct evtchn_reset}: dom. */
    public static final int SIZEOF_reset = 2;

    private EventChannelAbi() {}
}
