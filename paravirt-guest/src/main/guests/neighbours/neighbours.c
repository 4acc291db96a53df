/*
 * neighbours HOW: two domains with channels between them, which end under each other's hands.
 *   offer    waits for others: ports to be bound by the 40 domains that come next, sent to without end
 *   storm N  finds a port that domain N offers, sends to it for a while, and ends in the middle of it
 */
#include "events.h"

enum { OFFERED = 40, XEN_LEAVES = 0x40000000 };

static void offer(void)
{
	uint16_t self = (uint16_t)cpuid(XEN_LEAVES + 4).ecx;
	uint32_t ports[OFFERED];
	for (uint16_t i = 0; i < OFFERED; i++)
		ports[i] = (uint32_t)event_alloc_unbound((uint16_t)(self + 1 + i));
	print("offering\n");
	for (;;)
		for (unsigned i = 0; i < OFFERED; i++)
			event_send(ports[i]);
}

static void storm(uint16_t neighbour)
{
	int64_t bound = -1;
	for (uint32_t port = 1; port < 200 && bound < 0; port++)
		bound = event_bind_interdomain(neighbour, port);
	print_line("bound", bound > 0);
	for (unsigned i = 0; i < 500; i++)
		event_send((uint32_t)bound);
}

void guest_main(void)
{
	shared_info();
	if (command_line_has("offer"))
		offer();
	storm((uint16_t)count_from_command_line(1));
}
