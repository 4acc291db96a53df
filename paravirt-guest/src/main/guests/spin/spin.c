/* spin: never exits by itself once it has said so. For kicks, time limits and stops. */
#include "guest.h"

void guest_main(void)
{
	print("spinning\n");
	for (;;)
		__asm__ volatile("pause");
}
