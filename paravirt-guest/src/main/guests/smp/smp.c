/*
 * smp [CPUS] [x2apic]: as many CPUs as the command line says (default 2) are started by INIT and SIPI through the
 * local APIC, by its MSRs if asked. Each registers a vcpu_info of its own; then the first sends each an event and an
 * interrupt of its local APIC, and each sends one back. One "what cpu value" a line.
 */
#include "cpus.h"
#include "events.h"
#include "interrupts.h"
#include "lapic.h"

enum { UPCALL_VECTOR = 0x40, IPI_VECTOR = 0x41 };

static struct vcpu_info infos[MAX_CPUS] __attribute__((aligned(4096)));
static volatile unsigned alive[MAX_CPUS], upcalls[MAX_CPUS], ipis[MAX_CPUS];
static uint32_t ports[MAX_CPUS];
static int x2apic;

static void report(const char *what, unsigned cpu, int64_t value)
{
	print(what);
	print(" ");
	print_decimal(cpu);
	print_line("", value);
}

static void upcall(void)
{
	unsigned cpu = cpu_number();
	infos[cpu].evtchn_upcall_pending = 0;
	__atomic_exchange_n(&infos[cpu].evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	if (event_take(ports[cpu]))
		upcalls[cpu]++;
}

static void ipi(void)
{
	ipis[cpu_number()]++;
}

static int64_t settle(unsigned cpu)
{
	struct vcpu_register_vcpu_info place = {.mfn = frame_of(infos),
						.offset = (uint32_t)((uint64_t)&infos[cpu] % PAGE_SIZE)};
	struct xen_hvm_evtchn_upcall_vector vector = {.vcpu = cpu, .vector = UPCALL_VECTOR};
	int64_t result = vcpu_op(VCPUOP_register_vcpu_info, cpu, &place);
	return result ? result : hvm_op(HVMOP_set_evtchn_upcall_vector, &vector);
}

static void other(unsigned cpu)
{
	interrupts_load();
	lapic_enable(x2apic);
	if (settle(cpu))
		return;
	alive[cpu] = 1;
	while (!upcalls[cpu] || !ipis[cpu])
		sleep_until_interrupt();
	event_send(ports[0]);
	lapic_send(0, LAPIC_FIXED | IPI_VECTOR);
	for (;;)
		sleep_until_interrupt();
}

void guest_main(void)
{
	unsigned cpus = (unsigned)count_from_command_line(2);
	x2apic = command_line_has("x2apic");
	interrupts_load();
	interrupt_handle(UPCALL_VECTOR, upcall);
	interrupt_handle(IPI_VECTOR, ipi);
	lapic_enable(x2apic);
	shared_info();
	report("settled", 0, settle(0));
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		ports[cpu] = (uint32_t)event_bind_ipi(cpu);
	report("up-before", 1, vcpu_op(VCPUOP_is_up, 1, NULL));

	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		unsigned before = upcalls[0], before_ipis = ipis[0];
		cpu_start(cpu, other);
		while (!alive[cpu])
			cpu_pause();
		report("up", cpu, vcpu_op(VCPUOP_is_up, cpu, NULL));
		report("sent", cpu, event_send(ports[cpu]));
		lapic_send(cpu, LAPIC_FIXED | IPI_VECTOR);
		while (upcalls[0] == before || ipis[0] == before_ipis)
			sleep_until_interrupt();
		report("upcalls", cpu, upcalls[cpu]);
		report("ipis", cpu, ipis[cpu]);
	}
	report("up", cpus, vcpu_op(VCPUOP_is_up, cpus, NULL));
	print("done\n");
}
