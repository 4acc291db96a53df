/* The local APIC of the CPU that calls, by its page (xAPIC) or by MSRs (x2APIC). */
#ifndef LODGE_GUEST_LAPIC_H
#define LODGE_GUEST_LAPIC_H

#include "guest.h"

/* Offsets in the page; the MSR is 0x800 + offset / 16. */
enum {
	LAPIC_ID = 0x20,
	LAPIC_EOI = 0xb0,
	LAPIC_SPURIOUS = 0xf0,
	LAPIC_COMMAND = 0x300,
	LAPIC_DESTINATION = 0x310,
};
enum { LAPIC_FIXED = 0x4000, LAPIC_NMI = 0x4400, LAPIC_INIT = 0x4500, LAPIC_STARTUP = 0x4600 };
#define LAPIC_PAGE 0xfee00000ull

/* Switches this CPU's on. The first caller decides for all which of the two it is. */
void lapic_enable(int x2apic);
uint32_t lapic_read(uint32_t offset);
void lapic_write(uint32_t offset, uint32_t value);
/* LAPIC_FIXED | vector, LAPIC_INIT, ... to the CPU of an APIC id. */
void lapic_send(uint32_t id, uint32_t command);
void lapic_end_of_interrupt(void);

#endif
