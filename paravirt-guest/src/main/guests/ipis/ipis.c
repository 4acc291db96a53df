/*
 * ipis [COUNT]: what it takes one CPU to interrupt another, which sleeps, and to be interrupted back: COUNT (default 200)
 * round trips by event channels and as many by the local APICs. "event-round-trip NS", "lapic-round-trip NS": the mean of
 * the last 200, before which the monitor may have warmed up.
 */
#include "cpus.h"
#include "events.h"
#include "interrupts.h"
#include "lapic.h"

enum { CPUS = 2, UPCALL_VECTOR = 0x40, IPI_VECTOR = 0x41, MEASURED = 200 };

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

static void by_event(void)
{
	event_send(ports[1]);
}

static void by_lapic(void)
{
	lapic_send(1, LAPIC_FIXED | IPI_VECTOR);
}

/* The mean of the last round trips, in ns. */
static int64_t measure(uint64_t count, void (*send)(void), volatile unsigned *answers)
{
	uint64_t measured = count < MEASURED ? count : MEASURED;
	uint64_t start = 0;
	for (uint64_t i = 0; i < count; i++) {
		if (i == count - measured)
			start = system_time();
		unsigned before = *answers;
		send();
		await(answers, before);
	}
	return (int64_t)((system_time() - start) / measured);
}

void guest_main(void)
{
	uint64_t count = count_from_command_line(MEASURED);
	interrupt_handle(UPCALL_VECTOR, upcall);
	interrupt_handle(IPI_VECTOR, ipi);
	shared_info();
	settle(0);
	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		ports[cpu] = (uint32_t)event_bind_ipi(cpu);
	cpu_start(1, other);
	while (!ready)
		cpu_pause();
	print_line("event-round-trip", measure(count, by_event, &events[0]));
	print_line("lapic-round-trip", measure(count, by_lapic, &ipis[0]));
	print("done\n");
}
