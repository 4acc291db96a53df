/*
 * exits [COUNT]: COUNT (default 10000) times one `out` to port 0x10 and nothing
 * else, for measuring what an exit to user space costs; a loop of two instructions.
 */
#include "guest.h"

void guest_main(void)
{
	uint64_t count = count_from_command_line(10000);
	while (count--)
		__asm__ volatile("outb %%al, $0x10" : : "a"(0));
}
