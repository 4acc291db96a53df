/*
 * oldtimers: time going backwards. Timers whose time is long past, 0, 2^63 and beyond, by each way to set one; periods
 * from 0 to 2^64-1; timers set 10,000 times; polls that end before they begin. The last one set must still arrive.
 * One "what value" a line, and "survived".
 */
#include "events.h"

static const uint64_t times[] = {0, 1, 2, 999999, 0x7fffffff, 0xffffffff, 1ull << 62, 0x7fffffffffffffff, 1ull << 63, (1ull << 63) + 1, ~0ull - 1, ~0ull};
enum { TIMES = sizeof times / sizeof times[0], OFTEN = 10000 };
static uint32_t port;

static int64_t one_shot(uint64_t deadline, uint32_t flags)
{
	struct vcpu_set_singleshot_timer timer = {.timeout_abs_ns = deadline, .flags = flags};
	return vcpu_op(VCPUOP_set_singleshot_timer, 0, &timer);
}

static unsigned set_all(void)
{
	unsigned refused = 0;
	for (unsigned i = 0; i < TIMES; i++) {
		refused += hypercall(__HYPERVISOR_set_timer_op, times[i], 0, 0) != 0;
		refused += one_shot(times[i], 0) != 0;
		one_shot(times[i], VCPU_SSHOTTMR_future);
		one_shot(times[i], ~0u);
		struct vcpu_set_periodic_timer period = {.period_ns = times[i]};
		vcpu_op(VCPUOP_set_periodic_timer, 0, &period);
		vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
		vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL);
	}
	return refused;
}

static void poll_with(uint64_t timeout)
{
	struct sched_poll poll = {.nr_ports = 0, .timeout = timeout};
	sched_op(SCHEDOP_poll, &poll);
}

void guest_main(void)
{
	shared_info();
	port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	print_line("refused", set_all());
	poll_with(1);
	poll_with(1ull << 63);
	poll_with(~0ull);
	for (unsigned i = 0; i < OFTEN; i++) {
		uint64_t now = system_time();
		one_shot(i & 1 ? now - 1000000 : now + 1000000000000, 0);
	}
	vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL);
	event_take(port);
	event_wait(port, 5);
	uint64_t soon = system_time() + 2000000;
	one_shot(soon, 0);
	print_line("last-arrived", event_wait(port, 60000) && system_time() >= soon);
	print("survived\n");
}
