/*
 * timers: VIRQ_TIMER by each way to ask for it: set_timer_op, one-shot, periodic, and the time-out of SCHEDOP_poll. That
 * they arrive and not too early is shown, not when. One "what value" a line; 1 means that it did.
 */
#include "events.h"

enum { PATIENCE_MS = 60000 };
static uint32_t port;

static void expect(const char *what, uint64_t deadline)
{
	int arrived = event_wait(port, PATIENCE_MS);
	print_line(what, arrived && system_time() >= deadline);
}

static int64_t one_shot(uint64_t deadline, uint32_t flags)
{
	struct vcpu_set_singleshot_timer timer = {.timeout_abs_ns = deadline, .flags = flags};
	return vcpu_op(VCPUOP_set_singleshot_timer, 0, &timer);
}

static int64_t periodic(uint64_t nanoseconds)
{
	struct vcpu_set_periodic_timer timer = {.period_ns = nanoseconds};
	return vcpu_op(VCPUOP_set_periodic_timer, 0, &timer);
}

void guest_main(void)
{
	shared_info();
	port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);

	uint64_t soon = system_time() + 3000000;
	print_line("set-timer-op", hypercall(__HYPERVISOR_set_timer_op, soon, 0, 0));
	expect("set-timer-op-arrived", soon);
	soon = system_time() + 3000000;
	print_line("one-shot", one_shot(soon, 0));
	expect("one-shot-arrived", soon);
	print_line("one-shot-past-with-flag", one_shot(1, VCPU_SSHOTTMR_future));
	print_line("one-shot-past", one_shot(1, 0));
	expect("one-shot-past-arrived", 0);
	print_line("one-shot-of-another", vcpu_op(VCPUOP_set_singleshot_timer, 1, NULL));

	one_shot(system_time() + 3000000000000, 0);
	print_line("one-shot-stopped", vcpu_op(VCPUOP_stop_singleshot_timer, 0, NULL));
	one_shot(system_time() + 3000000000000, 0);
	soon = system_time() + 1000000;
	one_shot(soon, 0);
	expect("one-shot-replaced-arrived", soon);

	print_line("periodic", periodic(2000000));
	for (int i = 0; i < 3; i++)
		expect("periodic-arrived", 0);
	print_line("periodic-stopped", vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL));
	event_wait(port, 5);
	print_line("silent", !event_wait(port, 20));
	print_line("periodic-too-fast", periodic(999));

	uint64_t before = system_time();
	print_line("poll-timed-out", !event_wait(port, 10));
	print_line("poll-not-too-early", system_time() >= before + 10000000);
	hypercall(__HYPERVISOR_set_timer_op, system_time() + 3000000000000, 0, 0);
	print_line("set-timer-op-stopped", hypercall(__HYPERVISOR_set_timer_op, 0, 0, 0));
	print("done\n");
}
