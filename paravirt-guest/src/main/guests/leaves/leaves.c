/*
 * leaves: CPUID at every leaf that means something and at many that do not. Xen's leaves must be there and KVM's not, and
 * what is beyond the last leaf must answer. One "what value" a line, and "survived".
 */
#include "guest.h"

static struct cpuid ask(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;
	__asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
	return r;
}

static uint32_t sum;

static void ask_range(uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t subleaf = 0; subleaf < 5; subleaf++) {
			struct cpuid r = ask(first + i, subleaf == 4 ? ~0u : subleaf);
			sum += r.eax ^ r.ebx ^ r.ecx ^ r.edx;
		}
	}
}

void guest_main(void)
{
	ask_range(0, 0x40);
	ask_range(0x40000000, 0x20);
	ask_range(0x40000100, 0x10);
	ask_range(0x80000000, 0x40);
	for (unsigned bit = 0; bit < 32; bit++)
		ask_range(1u << bit, 1);
	ask_range(0xfffffff0, 0x10);
	int kvm = 0;
	for (uint32_t base = 0x40000000; base < 0x40010000; base += 0x100)
		kvm |= ask(base, 0).ebx == 0x4b4d564b; /* "KVMK" */
	print_line("basic-leaves", ask(0, 0).eax >= 1 && ask(0, 0).eax < 0x100);
	print_line("extended-leaves", ask(0x80000000, 0).eax >= 0x80000001 && ask(0x80000000, 0).eax < 0x80000100);
	print_line("xen-leaves", (int64_t)(ask(0x40000000, 0).eax - 0x40000000));
	print_line("hypervisor-bit", ask(1, 0).ecx >> 31);
	print_line("x2apic-bit", ask(1, 0).ecx >> 21 & 1);
	print_line("own-number", ask(1, 0).ebx >> 24);
	print_line("kvm", kvm);
	print_line("summed", sum != 1);
	print("survived\n");
}
