/*
 * events: every event-channel operation of the 2-level ABI, its answer and what it does to the bits in shared_info. One
 * "what value" a line; an error is negative.
 */
#include "events.h"

static void print_status(const char *what, uint32_t port)
{
	struct evtchn_status status = {.dom = DOMID_SELF, .port = port};
	print_line(what, event_op(EVTCHNOP_status, &status) ? -1 : (int64_t)status.status);
}

static void pending(const char *what, uint32_t port)
{
	print_line(what, event_is_pending(port));
}

static void show_interdomain(void)
{
	uint32_t waiting = (uint32_t)event_alloc_unbound(DOMID_SELF);
	print_status("status-unbound", waiting);
	print_line("send-unbound", event_send(waiting));
	uint32_t bound = (uint32_t)event_bind_interdomain(DOMID_SELF, waiting);
	print_line("bound", bound != waiting && bound > 0);
	print_status("status-interdomain", bound);
	pending("pending-when-bound", bound);
	event_take(bound);
	print_line("bind-again", event_bind_interdomain(DOMID_SELF, waiting));
	print_line("send", event_send(bound));
	pending("arrived", waiting);
	pending("not-at-the-sender", bound);
	event_take(waiting);
	print_line("close", event_close(bound));
	print_status("status-closed", bound);
	print_status("far-end-waits-again", waiting);
	print_line("close-again", event_close(bound));
	print_line("close-far-end", event_close(waiting));
	print_line("send-closed", event_send(waiting));
}

static void show_loop_to_itself(void)
{
	uint32_t port = (uint32_t)event_alloc_unbound(DOMID_SELF);
	print_line("bind-missing-domain", event_bind_interdomain(0x7000, port));
	print_line("bind-domain-0", event_bind_interdomain(0, port));
	print_line("bind-port-0", event_bind_interdomain(DOMID_SELF, 0));
	event_close(port);
}

static void show_virq(void)
{
	uint32_t port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	print_status("status-virq", port);
	print_line("virq-again", event_bind_virq(VIRQ_TIMER, 0));
	print_line("virq-moved", event_bind_vcpu(port, 0));
	print_line("virq-of-no-vcpu", event_bind_virq(VIRQ_TIMER, 77));
	print_line("no-virq", event_bind_virq(24, 0));
	print_line("close-virq", event_close(port));
	uint32_t again = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	print_line("virq-after-close", again > 0);
	event_close(again);
}

static void show_mask(void)
{
	uint32_t port = (uint32_t)event_bind_ipi(0);
	volatile struct vcpu_info *info = &shared_info()->vcpu_info[0];
	print_status("status-ipi", port);
	print_line("move-ipi", event_bind_vcpu(port, 0));
	info->evtchn_upcall_pending = 0;
	info->evtchn_pending_sel = 0;
	event_mask(port);
	print_line("send-ipi", event_send(port));
	pending("pending-behind-mask", port);
	print_line("told-behind-mask", info->evtchn_upcall_pending);
	print_line("unmask", event_unmask(port));
	print_line("told-after-unmask", info->evtchn_upcall_pending);
	print_line("selector-names-word", info->evtchn_pending_sel == 1ul << port / 64);
	event_take(port);
	print_line("waited-in-vain", event_wait(port, 5));
	event_send(port);
	print_line("waited", event_wait(port, 60000));
	event_close(port);
}

static void show_limits(void)
{
	uint32_t last = 0;
	int64_t port;
	unsigned count = 0;
	while ((port = event_bind_ipi(0)) > 0) {
		last = (uint32_t)port;
		count++;
	}
	print_line("ports-run-out", port);
	print_line("last-port", last);
	print_line("many", count > 4000);
	event_send(last);
	pending("last-port-pending", last);
	struct evtchn_reset reset = {.dom = DOMID_SELF};
	print_line("reset", event_op(EVTCHNOP_reset, &reset));
	print_status("status-after-reset", last);
	print_line("port-after-reset", event_bind_ipi(0));
}

void guest_main(void)
{
	volatile struct shared_info *shared = shared_info();
	print_line("console-port-waits", event_bind_interdomain(DOMID_SELF, (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN)));
	print_status("console-port-status", (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN));
	show_interdomain();
	show_loop_to_itself();
	show_virq();
	show_mask();
	struct evtchn_bind_pirq pirq = {.pirq = 16};
	print_line("bind-pirq", event_op(EVTCHNOP_bind_pirq, &pirq));
	struct evtchn_alloc_unbound foreign = {.dom = 0, .remote_dom = DOMID_SELF};
	print_line("alloc-for-another", event_op(EVTCHNOP_alloc_unbound, &foreign));
	struct evtchn_status other = {.dom = 0, .port = 1};
	print_line("status-of-another", event_op(EVTCHNOP_status, &other));
	print_line("no-such-operation", event_op(99, &other));
	print_line("masked-at-first", shared->evtchn_mask[0] != 0);
	show_limits();
	print("done\n");
}
