#include "cpus.h"
#include "lapic.h"

extern const char cpu_trampoline[], cpu_trampoline_end[];

static void (*volatile mains[MAX_CPUS])(unsigned);

unsigned cpu_number(void)
{
	return cpuid(1).ebx >> 24;
}

void cpu_start(unsigned number, void (*main)(unsigned))
{
	mains[number] = main;
	for (long i = 0; i < cpu_trampoline_end - cpu_trampoline; i++)
		((volatile char *)START_PAGE)[i] = cpu_trampoline[i];
	lapic_send(number, LAPIC_INIT);
	lapic_send(number, LAPIC_STARTUP | START_PAGE >> 12);
}

/* Called from cpus.S. */
void cpu_enter(unsigned number);
void cpu_enter(unsigned number)
{
	mains[number](number);
	for (;;)
		__asm__ volatile("cli; hlt");
}
