#include "lapic.h"

enum { MSR_APIC_BASE = 0x1b, MSR_X2APIC = 0x800, BASE_X2APIC = 1 << 10, BASE_ENABLE = 1 << 11, SPURIOUS_ENABLE = 1 << 8 };

static int by_msr;

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static volatile uint32_t *page(uint32_t offset)
{
	return (volatile uint32_t *)(LAPIC_PAGE + offset);
}

void lapic_enable(int x2apic)
{
	by_msr = x2apic;
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | BASE_ENABLE | (x2apic ? BASE_X2APIC : 0));
	lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | 0xff);
}

uint32_t lapic_read(uint32_t offset)
{
	return by_msr ? (uint32_t)rdmsr(MSR_X2APIC + offset / 16) : *page(offset);
}

void lapic_write(uint32_t offset, uint32_t value)
{
	if (by_msr)
		wrmsr(MSR_X2APIC + offset / 16, value);
	else
		*page(offset) = value;
}

void lapic_send(uint32_t id, uint32_t command)
{
	if (by_msr) {
		wrmsr(MSR_X2APIC + LAPIC_COMMAND / 16, (uint64_t)id << 32 | command);
	} else {
		*page(LAPIC_DESTINATION) = id << 24;
		*page(LAPIC_COMMAND) = command;
	}
}

void lapic_end_of_interrupt(void)
{
	lapic_write(LAPIC_EOI, 0);
}
