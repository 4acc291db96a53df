/* More CPUs than the first. */
#ifndef LODGE_GUEST_CPUS_H
#define LODGE_GUEST_CPUS_H

#include "guest.h"

enum { MAX_CPUS = 8 };

/*
 * Starts a CPU by INIT and SIPI; the local APIC must be on. There it calls main
 * with its number, interrupts off, no interrupt table; when that returns, it
 * sleeps for ever.
 */
void cpu_start(unsigned number, void (*main)(unsigned number));

/* The number of the CPU that asks, which is its APIC id. */
unsigned cpu_number(void);

static inline void cpu_pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

/* Where the start-up code is copied; below 1 MiB, as SIPI wants it. Its page's number is the SIPI's vector. */
#define START_PAGE 0x10000ull

#endif
