#include "events.h"

static struct __attribute__((aligned(4096))) {
	struct shared_info info;
	char rest[PAGE_SIZE - sizeof(struct shared_info)];
} page;

volatile struct shared_info *shared_info(void)
{
	static int placed;
	if (!placed) {
		placed = 1;
		add_to_physmap(XENMAPSPACE_shared_info, 0, frame_of(&page));
	}
	return &page.info;
}

int64_t event_alloc_unbound(uint16_t remote)
{
	struct evtchn_alloc_unbound request = {.dom = DOMID_SELF, .remote_dom = remote};
	int64_t result = event_op(EVTCHNOP_alloc_unbound, &request);
	return result ? result : request.port;
}

int64_t event_bind_interdomain(uint16_t domain, uint32_t port)
{
	struct evtchn_bind_interdomain request = {.remote_dom = domain, .remote_port = port};
	int64_t result = event_op(EVTCHNOP_bind_interdomain, &request);
	return result ? result : request.local_port;
}

int64_t event_bind_virq(uint32_t virq, uint32_t vcpu)
{
	struct evtchn_bind_virq request = {.virq = virq, .vcpu = vcpu};
	int64_t result = event_op(EVTCHNOP_bind_virq, &request);
	return result ? result : request.port;
}

int64_t event_bind_ipi(uint32_t vcpu)
{
	struct evtchn_bind_ipi request = {.vcpu = vcpu};
	int64_t result = event_op(EVTCHNOP_bind_ipi, &request);
	return result ? result : request.port;
}

int64_t event_send(uint32_t port)
{
	struct evtchn_send request = {.port = port};
	return event_op(EVTCHNOP_send, &request);
}

int64_t event_close(uint32_t port)
{
	struct evtchn_close request = {.port = port};
	return event_op(EVTCHNOP_close, &request);
}

int64_t event_unmask(uint32_t port)
{
	struct evtchn_unmask request = {.port = port};
	return event_op(EVTCHNOP_unmask, &request);
}

int64_t event_bind_vcpu(uint32_t port, uint32_t vcpu)
{
	struct evtchn_bind_vcpu request = {.port = port, .vcpu = vcpu};
	return event_op(EVTCHNOP_bind_vcpu, &request);
}

void event_mask(uint32_t port)
{
	__atomic_fetch_or(&shared_info()->evtchn_mask[port / 64], 1ul << port % 64, __ATOMIC_SEQ_CST);
}

int event_is_pending(uint32_t port)
{
	return shared_info()->evtchn_pending[port / 64] >> port % 64 & 1;
}

int event_take(uint32_t port)
{
	uint64_t bit = 1ul << port % 64;
	return (__atomic_fetch_and(&shared_info()->evtchn_pending[port / 64], ~bit, __ATOMIC_SEQ_CST) & bit) != 0;
}

int event_wait(uint32_t port, uint64_t milliseconds)
{
	uint64_t deadline = system_time() + milliseconds * 1000000;
	while (!event_take(port)) {
		evtchn_port_t ports[] = {port};
		struct sched_poll poll = {.nr_ports = 1, .timeout = deadline};
		set_xen_guest_handle(poll.ports, ports);
		if (system_time() >= deadline)
			return 0;
		shared_info()->vcpu_info[0].evtchn_upcall_pending = 0; /* else the call returns at once */
		sched_op(SCHEDOP_poll, &poll);
	}
	return 1;
}
