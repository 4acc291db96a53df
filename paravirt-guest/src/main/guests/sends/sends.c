/*
 * sends [COUNT] [masked|fifo]: COUNT (default 10000) events from the guest to itself, by a port whose upcall vector is set;
 * interrupts are off, so that none is taken. masked: each is sent behind the port's mask and then unmasked, which is two
 * hypercalls. fifo: by the FIFO ABI, where it is offered; else it says "fifo none".
 */
#include "events.h"
#include "lapic.h"

enum { UPCALL_VECTOR = 0x40 };

static volatile event_word_t array[PAGE_SIZE / sizeof(event_word_t)] __attribute__((aligned(4096)));
static union {
	struct evtchn_fifo_control_block block;
	char page[PAGE_SIZE];
} control __attribute__((aligned(4096)));

static void send_by_bits(uint32_t port, uint64_t count, int masked)
{
	volatile struct vcpu_info *info = &shared_info()->vcpu_info[0];
	while (count--) {
		if (masked)
			event_mask(port);
		event_send(port);
		if (masked)
			event_unmask(port);
		event_take(port);
		info->evtchn_pending_sel = 0;
		info->evtchn_upcall_pending = 0;
	}
}

static void send_by_queues(uint32_t port, uint64_t count)
{
	struct evtchn_init_control init = {.control_gfn = frame_of(&control), .vcpu = 0};
	struct evtchn_expand_array expand = {.array_gfn = frame_of(array)};
	if (event_op(EVTCHNOP_init_control, &init) || event_op(EVTCHNOP_expand_array, &expand)) {
		print("fifo none\n");
		return;
	}
	while (count--) {
		array[port] = 0;
		control.block.ready = 0;
		shared_info()->vcpu_info[0].evtchn_upcall_pending = 0;
		event_send(port);
	}
	print_line("queued", array[port] >> EVTCHN_FIFO_LINKED & 1);
}

void guest_main(void)
{
	uint64_t count = count_from_command_line(10000);
	struct xen_hvm_evtchn_upcall_vector vector = {.vcpu = 0, .vector = UPCALL_VECTOR};
	lapic_enable(0);
	shared_info();
	print_line("vector", hvm_op(HVMOP_set_evtchn_upcall_vector, &vector));
	uint32_t port = (uint32_t)event_bind_ipi(0);
	event_unmask(port);
	if (command_line_has("fifo"))
		send_by_queues(port, count);
	else
		send_by_bits(port, count, command_line_has("masked"));
	print("done\n");
}
