/*
 * starts HOW: two CPUs that start, stop and break each other.
 *   loop       INIT and SIPI to the second 90 times, before it has come up and after
 *   itself     INIT to the first itself: nobody is left to start it
 *   everybody  INIT to all
 *   fault      the second has no handlers and faults: triple fault
 *   nobody     SIPI to a CPU that is not there, and to one that runs; NMI to itself; interrupts of reserved vectors
 *   gone       the local APIC is switched off, then events come for it
 */
#include "cpus.h"
#include "events.h"
#include "interrupts.h"
#include "lapic.h"

enum { ALL = 0x80000, ALL_BUT_SELF = 0xc0000, NMI = 2, MSR_APIC_BASE = 0x1b, UPCALL_VECTOR = 0x40 };
static volatile unsigned starts, nmis, upcalls;

static void count(unsigned cpu)
{
	(void)cpu;
	__atomic_fetch_add(&starts, 1, __ATOMIC_SEQ_CST);
}

static void fault(unsigned cpu)
{
	(void)cpu;
	static const struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} no_handlers = {0, 0};
	__asm__ volatile("lidt %0; ud2" : : "m"(no_handlers));
}

static void nmi(void)
{
	nmis++;
}

static void upcall(void)
{
	upcalls++;
}

static void loop(void)
{
	for (unsigned i = 0; i < 90; i++) {
		unsigned before = starts;
		cpu_start(1, count);
		/* KVM may take a SIPI for that of the INIT before, and lose it: asked again, it starts. */
		for (unsigned patience = 1; i % 3 == 0 && starts == before; patience++) {
			cpu_pause();
			if (patience % 100000 == 0)
				cpu_start(1, count);
		}
	}
	print_line("started-often", starts >= 30);
}

static void nobody(void)
{
	interrupt_handle(NMI, nmi);
	cpu_start(7, count);
	lapic_send(0, LAPIC_STARTUP | 0x99);
	lapic_send(0xff, LAPIC_STARTUP | 0);
	lapic_send(1, LAPIC_STARTUP | 0xff); /* waits for INIT first, or does not: its own affair */
	for (uint32_t vector = 0; vector < 16; vector++)
		lapic_send(0, LAPIC_FIXED | vector);
	for (uint32_t mode = 0; mode < 8; mode++)
		if (mode != 4 && mode != 5 && mode != 6) /* NMI, INIT, SIPI */
			lapic_send(7, mode << 8 | 0x4000);
	lapic_send(0, LAPIC_NMI);
	for (unsigned i = 0; i < 1000000 && !nmis; i++)
		cpu_pause();
	print_line("nmis", nmis);
}

/* Takes the id that the first has taken: two of one id, and none of that which interrupts are sent to. */
static void alias(unsigned cpu)
{
	(void)cpu;
	interrupts_load();
	lapic_enable(0);
	lapic_write(LAPIC_ID, 0x55u << 24);
	starts++;
}

static void gone(void)
{
	uint64_t base;
	struct xen_hvm_evtchn_upcall_vector vector = {.vcpu = 0, .vector = UPCALL_VECTOR};
	interrupt_handle(UPCALL_VECTOR, upcall);
	shared_info();
	hvm_op(HVMOP_set_evtchn_upcall_vector, &vector);
	uint32_t port = (uint32_t)event_bind_ipi(0), timer = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	if (!command_line_has("x2apic")) {
		cpu_start(1, alias);
		while (!starts)
			cpu_pause();
		lapic_write(LAPIC_ID, 0x55u << 24);
	}
	print_line("sent-to-another-id", event_send(port));
	event_take(port);
	lapic_write(LAPIC_SPURIOUS, 0xff);
	print_line("sent-to-one-off", event_send(port));
	event_take(port);
	print_line("switched-off", try_rdmsr(MSR_APIC_BASE, &base) && try_wrmsr(MSR_APIC_BASE, base & ~(1ull << 11)));
	print_line("sent-to-none", event_send(port));
	event_take(port);
	hypercall(__HYPERVISOR_set_timer_op, system_time() + 1000000, 0, 0);
	print_line("timer", event_wait(timer, 60000));
}

void guest_main(void)
{
	interrupts_load();
	lapic_enable(command_line_has("x2apic"));
	if (command_line_has("loop")) {
		loop();
	} else if (command_line_has("itself")) {
		print("resetting itself\n");
		lapic_send(0, LAPIC_INIT);
		for (;;)
			cpu_pause();
	} else if (command_line_has("everybody")) {
		print("resetting all\n");
		lapic_send(0, LAPIC_INIT | ALL_BUT_SELF);
		lapic_send(0, LAPIC_INIT | ALL);
		for (;;)
			cpu_pause();
	} else if (command_line_has("fault")) {
		print("the second faults\n");
		cpu_start(1, fault);
		for (;;)
			cpu_pause();
	} else if (command_line_has("nobody")) {
		nobody();
	} else {
		gone();
	}
	print("survived\n");
}
