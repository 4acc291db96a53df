/* Event channels by the 2-level ABI, looked at rather than interrupted by. */
#ifndef LODGE_GUEST_EVENTS_H
#define LODGE_GUEST_EVENTS_H

#include "xen.h"

/* Places shared_info in a page of this image, once, and answers it. */
volatile struct shared_info *shared_info(void);

/* Each answers a port, or an error. */
int64_t event_alloc_unbound(uint16_t remote);
int64_t event_bind_interdomain(uint16_t domain, uint32_t port);
int64_t event_bind_virq(uint32_t virq, uint32_t vcpu);
int64_t event_bind_ipi(uint32_t vcpu);

/* Each answers 0, or an error. */
int64_t event_send(uint32_t port);
int64_t event_close(uint32_t port);
int64_t event_unmask(uint32_t port);
int64_t event_bind_vcpu(uint32_t port, uint32_t vcpu);

void event_mask(uint32_t port);
int event_is_pending(uint32_t port);
/* Takes an event off its port; whether there was one. */
int event_take(uint32_t port);
/* Waits by SCHEDOP_poll until the port has one, and takes it; 0 if it had none for so long. */
int event_wait(uint32_t port, uint64_t milliseconds);

#endif
