/*
 * callback: interrupts for events by one vector for all vCPUs (HVM_PARAM_CALLBACK_IRQ), as Linux before 5.15 and other kernels
 * take them. They pass the local APICs by, so the handler acknowledges nothing; if they did not, the first would keep all of
 * lower priority away. Events come while the CPU works, sleeps, and has interrupts off, from itself and from another CPU. An
 * interrupt may come twice, as it does now and then where QEMU emulates the CPU; so each round trip has a number.
 */
#include "cpus.h"
#include "events.h"
#include "interrupts.h"
#include "lapic.h"

enum { CPUS = 2, CALLBACK_VECTOR = 0xf3, OWN_VECTOR = 0x42, IPI_VECTOR = 0x41, ROUNDS = 100 };

static struct vcpu_info infos[CPUS] __attribute__((aligned(4096)));
static volatile unsigned ready, callbacks[CPUS], own_upcalls, ipis[CPUS];
static volatile unsigned asked, answered;
static uint32_t ports[CPUS];

static unsigned take(void)
{
	unsigned cpu = cpu_number();
	infos[cpu].evtchn_upcall_pending = 0;
	__atomic_exchange_n(&infos[cpu].evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	event_take(ports[cpu]);
	return cpu;
}

static void called_back(void)
{
	callbacks[take()]++;
}

static void own_upcall(void)
{
	take();
	own_upcalls++;
}

static void ipi(void)
{
	ipis[cpu_number()]++;
}

static int64_t set_callback(uint64_t via)
{
	struct xen_hvm_param param = {.domid = DOMID_SELF, .index = HVM_PARAM_CALLBACK_IRQ, .value = via};
	return hvm_op(HVMOP_set_param, &param);
}

static void settle(unsigned cpu)
{
	struct vcpu_register_vcpu_info place = {.mfn = frame_of(infos),
						.offset = (uint32_t)((uint64_t)&infos[cpu] % PAGE_SIZE)};
	interrupts_load();
	lapic_enable(1);
	if (vcpu_op(VCPUOP_register_vcpu_info, cpu, &place))
		shutdown(SHUTDOWN_CRASH);
}

/* Answers what it is asked: odd numbers by an event, even ones by the local APIC. */
static void other(unsigned cpu)
{
	settle(cpu);
	ready = 1;
	for (;;) {
		sleep_until_interrupt();
		if (answered == asked)
			continue;
		answered = asked;
		if (answered % 2)
			event_send(ports[0]);
		else
			lapic_send(0, LAPIC_FIXED | IPI_VECTOR);
	}
}

/* Sleeps until the other CPU has answered, and its answer has interrupted. */
static void await(volatile unsigned *interrupts, unsigned before)
{
	while (answered != asked || *interrupts == before)
		sleep_until_interrupt();
}

static void show_itself(void)
{
	print_line("send-with-interrupts-off", event_send(ports[0]));
	print_line("not-yet", callbacks[0]);
	interrupts_on();
	while (callbacks[0] < 1)
		cpu_pause();
	print_line("send-with-interrupts-on", event_send(ports[0]));
	while (callbacks[0] < 2)
		cpu_pause();
	interrupts_off();
	print_line("called-back", callbacks[0] >= 2);
}

static void show_timer(void)
{
	uint32_t port = ports[0];
	ports[0] = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	unsigned before = callbacks[0];
	hypercall(__HYPERVISOR_set_timer_op, system_time() + 3000000, 0, 0);
	while (callbacks[0] == before)
		sleep_until_interrupt();
	print_line("woken-by-timer", 1);
	event_close(ports[0]);
	ports[0] = port;
}

static void show_another(void)
{
	unsigned callbacks_before = callbacks[0];
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned before = callbacks[0], ipis_before = ipis[0];
		asked++;
		event_send(ports[1]);
		await(&callbacks[0], before);
		asked++;
		lapic_send(1, LAPIC_FIXED | IPI_VECTOR);
		await(&ipis[0], ipis_before);
	}
	print_line("back-and-forth", callbacks[0] - callbacks_before >= ROUNDS);
	print_line("ipis-between", ipis[0] >= ROUNDS);
}

static void show_end(void)
{
	unsigned before = callbacks[0];
	print_line("by-an-own-vector", hvm_op(HVMOP_set_evtchn_upcall_vector,
					      &(struct xen_hvm_evtchn_upcall_vector){.vcpu = 0, .vector = OWN_VECTOR}));
	print_line("none-for-all", set_callback(0));
	event_send(ports[0]);
	while (!own_upcalls)
		sleep_until_interrupt();
	print_line("by-the-old-one", callbacks[0] - before);
}

void guest_main(void)
{
	interrupt_handle_past_lapic(CALLBACK_VECTOR, called_back);
	interrupt_handle(OWN_VECTOR, own_upcall);
	interrupt_handle(IPI_VECTOR, ipi);
	shared_info();
	settle(0);
	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		ports[cpu] = (uint32_t)event_bind_ipi(cpu);
	print_line("set", set_callback((uint64_t)HVM_PARAM_CALLBACK_TYPE_VECTOR << 56 | CALLBACK_VECTOR));
	show_itself();
	show_timer();
	cpu_start(1, other);
	while (!ready)
		cpu_pause();
	show_another();
	show_end();
	print("done\n");
}
