/*
 * ranges: every hypercall number and some beyond, every sub-operation from 0 to 15 and some beyond, with arguments that
 * are extreme: structures full of 0, 1, 2^31-1, 2^31, 2^32-1, 2^63 and the like, the domain's own number in them or not,
 * and the same numbers in the place of pointers. Left out is what would stop the guest as it should: block, shutdown,
 * poll without end. Ends with how many calls there were, and "survived".
 */
#include "events.h"

static const uint64_t extremes[] = {
	0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
	0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x8000000180000001,
};
enum { EXTREMES = sizeof extremes / sizeof extremes[0], COMMANDS = 16, NUMBERS = 60, WORDS = 8 };

static uint64_t argument[WORDS] __attribute__((aligned(4096)));
static uint64_t calls;

static int stops(uint64_t number, uint64_t command)
{
	uint32_t low = (uint32_t)command;
	if (number == __HYPERVISOR_sched_op || number == __HYPERVISOR_sched_op_compat)
		return low == SCHEDOP_block || low == SCHEDOP_shutdown || low == SCHEDOP_shutdown_code ||
		       low == SCHEDOP_poll || low == SCHEDOP_watchdog;
	if (number == __HYPERVISOR_vcpu_op)
		return low == VCPUOP_down;
	if (number == __HYPERVISOR_memory_op) /* would take the memory in which this runs */
		return (low & 63) == XENMEM_decrease_reservation || (low & 63) == XENMEM_remove_from_physmap ||
		       (low & 63) == XENMEM_exchange;
	if (number == __HYPERVISOR_console_io)
		return low == CONSOLEIO_write; /* would drown what this prints; "storms" does it */
	return number == __HYPERVISOR_multicall; /* has a guest of its own, as it executes what it finds */
}

static void fill(uint64_t value, int own)
{
	for (unsigned i = 0; i < WORDS; i++)
		argument[i] = value;
	if (own)
		argument[0] = (value & ~0xffffull) | DOMID_SELF;
}

static void call(uint64_t number, uint64_t command, uint64_t second, uint64_t third)
{
	if (!stops(number, command)) {
		hypercall(number, command, second, third);
		calls++;
	}
}

void guest_main(void)
{
	for (uint64_t number = 0; number < NUMBERS; number++) {
		for (uint64_t command = 0; command < COMMANDS; command++) {
			for (unsigned i = 0; i < EXTREMES; i++) {
				fill(extremes[i], (int)(i & 1) ^ (int)(command & 1));
				call(number, command, (uint64_t)argument, 1);
				if (command < 8)
					call(number, command, extremes[i], extremes[EXTREMES - 1 - i]);
			}
		}
		for (unsigned i = 0; i < EXTREMES; i++) {
			fill(0, 1);
			call(number, extremes[i], (uint64_t)argument, extremes[i]);
		}
	}
	for (unsigned i = 0; i < EXTREMES; i++) {
		if (extremes[i] >= NUMBERS)
			call(extremes[i], 0, (uint64_t)argument, 0);
		/* counts of extents, calls and lists; a name and a place to it */
		fill(extremes[i], 1);
		grant_op(GNTTABOP_setup_table, argument, (unsigned)extremes[i]);
		grant_op(GNTTABOP_copy, argument, (unsigned)extremes[i]);
		fill(0, 0);
		vcpu_op(VCPUOP_is_up, extremes[i], argument);
		vcpu_op(VCPUOP_register_vcpu_info, extremes[i], argument);
		vcpu_op(VCPUOP_get_runstate_info, extremes[i], argument);
		event_send((uint32_t)extremes[i]);
		event_close((uint32_t)extremes[i]);
		event_unmask((uint32_t)extremes[i]);
		event_bind_vcpu((uint32_t)extremes[i], (uint32_t)extremes[EXTREMES - 1 - i]);
		event_bind_virq((uint32_t)extremes[i], 0);
		event_bind_virq(0, (uint32_t)extremes[i]);
		event_bind_ipi((uint32_t)extremes[i]);
		event_bind_interdomain((uint16_t)extremes[i], (uint32_t)extremes[i]);
		event_alloc_unbound((uint16_t)extremes[i]);
		evtchn_port_t ports[2] = {(uint32_t)extremes[i], 1};
		struct sched_poll poll = {.nr_ports = 2, .timeout = 1};
		set_xen_guest_handle(poll.ports, ports);
		sched_op(SCHEDOP_poll, &poll);
		poll.nr_ports = (uint32_t)extremes[i];
		sched_op(SCHEDOP_poll, &poll);
	}
	print_line("calls", (int64_t)calls);
	print("survived\n");
}
