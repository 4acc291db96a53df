/*
 * ipis [COUNT]: what it takes one CPU to interrupt another, which sleeps, and to be interrupted back: COUNT (default 200)
 * round trips by event channels and as many by the local APICs. "event-round-trip NS", "lapic-round-trip NS": the mean.
 */
#include "cpus.h"
#include "events.h"
#include "interrupts.h"
#include "lapic.h"

enum { CPUS = 2, UPCALL_VECTOR = 0x40, IPI_VECTOR = 0x41 };

static struct vcpu_info infos[CPUS] __attribute__((aligned(4096)));
static volatile unsigned ready, events[CPUS], ipis[CPUS];
static uint32_t ports[CPUS];

static void upcall(void)
{
	unsigned cpu = cpu_number();
	infos[cpu].evtchn_upcall_pending = 0;
	__atomic_exchange_n(&infos[cpu].evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	if (event_take(ports[cpu]))
		events[cpu]++;
}

static void ipi(void)
{
	ipis[cpu_number()]++;
}

static void settle(unsigned cpu)
{
	struct vcpu_register_vcpu_info place = {.mfn = frame_of(infos),
						.offset = (uint32_t)((uint64_t)&infos[cpu] % PAGE_SIZE)};
	struct xen_hvm_evtchn_upcall_vector vector = {.vcpu = cpu, .vector = UPCALL_VECTOR};
	interrupts_load();
	lapic_enable(1);
	if (vcpu_op(VCPUOP_register_vcpu_info, cpu, &place) || hvm_op(HVMOP_set_evtchn_upcall_vector, &vector))
		shutdown(SHUTDOWN_CRASH);
}

/* Sends each back by the way it came. */
static void other(unsigned cpu)
{
	unsigned answered_events = 0, answered_ipis = 0;
	settle(cpu);
	ready = 1;
	for (;;) {
		sleep_until_interrupt();
		if (events[cpu] != answered_events) {
			answered_events = events[cpu];
			event_send(ports[0]);
		}
		if (ipis[cpu] != answered_ipis) {
			answered_ipis = ipis[cpu];
			lapic_send(0, LAPIC_FIXED | IPI_VECTOR);
		}
	}
}

static void await(volatile unsigned *count, unsigned before)
{
	while (*count == before)
		sleep_until_interrupt();
}

void guest_main(void)
{
	uint64_t count = count_from_command_line(200);
	if (count == 0) /* that of console=hvc0 */
		count = 200;
	interrupt_handle(UPCALL_VECTOR, upcall);
	interrupt_handle(IPI_VECTOR, ipi);
	shared_info();
	settle(0);
	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		ports[cpu] = (uint32_t)event_bind_ipi(cpu);
	cpu_start(1, other);
	while (!ready)
		cpu_pause();

	uint64_t start = system_time();
	for (uint64_t i = 0; i < count; i++) {
		unsigned before = events[0];
		event_send(ports[1]);
		await(&events[0], before);
	}
	uint64_t middle = system_time();
	for (uint64_t i = 0; i < count; i++) {
		unsigned before = ipis[0];
		lapic_send(1, LAPIC_FIXED | IPI_VECTOR);
		await(&ipis[0], before);
	}
	uint64_t end = system_time();
	print_line("event-round-trip", (int64_t)((middle - start) / count));
	print_line("lapic-round-trip", (int64_t)((end - middle) / count));
	print("done\n");
}
