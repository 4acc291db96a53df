/* asleep: sleeps with interrupts off, for ever. Only from outside it can be ended. */
#include "guest.h"

void guest_main(void)
{
	print("asleep\n");
	for (;;)
		__asm__ volatile("cli; hlt");
}
