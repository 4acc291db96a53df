/*
 * fifo: the FIFO ABI of event channels, where init_control is not answered with ENOSYS; else it says "fifo none". A
 * control block for one vCPU, an event array, priorities, and events sent to the own domain and found in their queues in
 * the order in which they were sent. One "what value" a line.
 */
#include "events.h"

enum { WORDS = PAGE_SIZE / sizeof(event_word_t), EVENTS = 5 };
static volatile event_word_t array[WORDS] __attribute__((aligned(4096)));
static union {
	struct evtchn_fifo_control_block block;
	char page[PAGE_SIZE];
} control __attribute__((aligned(4096)));

static uint32_t heads[EVTCHN_FIFO_MAX_QUEUES];

static int bit(uint32_t port, unsigned number)
{
	return array[port] >> number & 1;
}

/* Takes the next event off a queue, as a guest's kernel does; 0 if there is none. */
static uint32_t next(unsigned priority)
{
	if (!heads[priority] && !(control.block.ready >> priority & 1))
		return 0;
	if (!heads[priority])
		heads[priority] = __atomic_load_n(&control.block.head[priority], __ATOMIC_ACQUIRE);
	uint32_t port = heads[priority];
	if (!port)
		return 0;
	event_word_t word = __atomic_load_n(&array[port], __ATOMIC_SEQ_CST), cleared;
	do
		cleared = word & ~(1u << EVTCHN_FIFO_LINKED | EVTCHN_FIFO_LINK_MASK);
	while (!__atomic_compare_exchange_n(&array[port], &word, cleared, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	heads[priority] = word & EVTCHN_FIFO_LINK_MASK;
	if (!heads[priority])
		__atomic_fetch_and(&control.block.ready, ~(1u << priority), __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&array[port], ~(1u << EVTCHN_FIFO_PENDING), __ATOMIC_SEQ_CST);
	return port;
}

static void unmask(uint32_t port)
{
	__atomic_fetch_and(&array[port], ~(1u << EVTCHN_FIFO_MASKED), __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	volatile struct shared_info *shared = shared_info();
	uint32_t ports[EVENTS];
	for (unsigned i = 0; i < EVENTS; i++)
		ports[i] = (uint32_t)event_bind_ipi(0);
	event_send(ports[0]); /* before the ABI changes */
	struct evtchn_init_control init = {.control_gfn = frame_of(&control), .offset = 0, .vcpu = 0};
	int64_t result = event_op(EVTCHNOP_init_control, &init);
	if (result == ERROR(ENOSYS)) {
		print("fifo none\n");
		return;
	}
	print_line("init-control", result);
	print_line("link-bits", init.link_bits);
	struct evtchn_init_control odd = {.control_gfn = frame_of(&control), .offset = 4, .vcpu = 0};
	print_line("init-control-odd", event_op(EVTCHNOP_init_control, &odd) < 0);
	struct evtchn_init_control nowhere = {.control_gfn = ~0ull, .vcpu = 0};
	print_line("init-control-nowhere", event_op(EVTCHNOP_init_control, &nowhere) < 0);
	struct evtchn_init_control nobody = {.control_gfn = frame_of(&control), .vcpu = 99};
	print_line("init-control-of-nobody", event_op(EVTCHNOP_init_control, &nobody) < 0);
	struct evtchn_expand_array bad = {.array_gfn = ~0ull};
	print_line("expand-nowhere", event_op(EVTCHNOP_expand_array, &bad) < 0);
	struct evtchn_expand_array expand = {.array_gfn = frame_of(array)};
	print_line("expand", event_op(EVTCHNOP_expand_array, &expand));
	print_line("kept-pending", bit(ports[0], EVTCHN_FIFO_PENDING));

	for (unsigned i = 0; i < EVENTS; i++)
		unmask(ports[i]);
	event_unmask(ports[0]);
	while (next(EVTCHN_FIFO_PRIORITY_DEFAULT))
		continue;
	shared->vcpu_info[0].evtchn_upcall_pending = 0;
	int ordered = 1;
	for (unsigned i = 0; i < EVENTS; i++)
		event_send(ports[EVENTS - 1 - i]);
	print_line("told", shared->vcpu_info[0].evtchn_upcall_pending);
	print_line("ready", control.block.ready == 1u << EVTCHN_FIFO_PRIORITY_DEFAULT);
	for (unsigned i = 0; i < EVENTS; i++)
		ordered &= next(EVTCHN_FIFO_PRIORITY_DEFAULT) == ports[EVENTS - 1 - i];
	print_line("in-order", ordered);
	print_line("then-none", next(EVTCHN_FIFO_PRIORITY_DEFAULT) == 0);

	struct evtchn_set_priority first = {.port = ports[1], .priority = EVTCHN_FIFO_PRIORITY_MAX};
	print_line("set-priority", event_op(EVTCHNOP_set_priority, &first));
	struct evtchn_set_priority beyond = {.port = ports[1], .priority = EVTCHN_FIFO_PRIORITY_MIN + 1};
	print_line("priority-beyond", event_op(EVTCHNOP_set_priority, &beyond) < 0);
	event_send(ports[1]);
	print_line("by-priority", next(EVTCHN_FIFO_PRIORITY_MAX) == ports[1]);

	__atomic_fetch_or(&array[ports[2]], 1u << EVTCHN_FIFO_MASKED, __ATOMIC_SEQ_CST);
	event_send(ports[2]);
	print_line("masked-pending", bit(ports[2], EVTCHN_FIFO_PENDING) && !bit(ports[2], EVTCHN_FIFO_LINKED));
	event_unmask(ports[2]);
	print_line("unmasked-linked", next(EVTCHN_FIFO_PRIORITY_DEFAULT) == ports[2]);

	/* Links that lie: a queue that is its own tail, one that leads beyond the array. Whoever follows them must end. */
	for (unsigned i = 0; i < 1000; i++) {
		event_send(ports[i % EVENTS]);
		array[ports[i % EVENTS]] = (i * 0x9e3779b9) & ~(1u << EVTCHN_FIFO_MASKED);
		control.block.head[i % EVTCHN_FIFO_MAX_QUEUES] = i * 0x85ebca6b;
		control.block.ready = i;
	}
	print("survived\n");
}
