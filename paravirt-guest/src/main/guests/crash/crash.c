/* crash: a fault with no handler for it, nor for the faults that follow: the CPU shuts down (triple fault). */
#include "guest.h"

void guest_main(void)
{
	static const struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} no_handlers = {0, 0};
	print("crashing\n");
	__asm__ volatile("lidt %0; ud2" : : "m"(no_handlers));
}
