/*
 * devices HOW: what is no device is used as one, in every width.
 *   ports    single accesses of 1, 2 and 4 bytes     strings  rep ins and outs on every kind of port
 *   msrs     reads and writes of unknown numbers     holes    where no memory is, across its edges, too
 *   lapic    registers at odd widths and places      rom      writes to ACPI's tables, the special pages, the ISA hole
 *   fetch    executes where no memory is
 * All but the last say "survived", if KVM can emulate the accesses; where it cannot, that must be all that happens.
 */
#include "interrupts.h"
#include "lapic.h"
#include "xen.h"

enum { HYPERCALL_PORT = 0xe0, EARLY_CONSOLE = 0xe9 };
static char buffer[8192] __attribute__((aligned(4096)));
static unsigned accesses, faults;

/* All below 0x1000 that do not end the domain when 0 is written to them: none does. */
static uint32_t next(uint32_t port)
{
	return port < 0x100 || (port >= 0x600 && port < 0x610) || (port >= 0xcf0 && port < 0xd00) ? port + 1 : port + 89;
}

static void ports(void)
{
	for (uint32_t port = 0; port < 0x10000; port = next(port)) {
		uint32_t value = 0;
		if (port != EARLY_CONSOLE) {
			__asm__ volatile("outb %%al, %%dx" : : "a"(0), "d"(port));
			__asm__ volatile("outw %%ax, %%dx" : : "a"(0), "d"(port));
			__asm__ volatile("outl %%eax, %%dx" : : "a"(0), "d"(port) : "memory");
		}
		__asm__ volatile("inb %%dx, %%al" : "+a"(value) : "d"(port));
		__asm__ volatile("inw %%dx, %%ax" : "+a"(value) : "d"(port));
		__asm__ volatile("inl %%dx, %%eax" : "+a"(value) : "d"(port));
		accesses += 6;
	}
}

/* %rax, %rdi and %rsi are what a hypercall would have in them, where the port is that of patched hypercalls. */
#define STRING(INSTRUCTION, PORT, COUNT)                                                                               \
	do {                                                                                                               \
		uint64_t left = (COUNT);                                                                                   \
		void *to = buffer;                                                                                         \
		const void *from = buffer;                                                                                 \
		uint64_t number = __HYPERVISOR_xen_version;                                                                \
		__asm__ volatile("cld; rep " INSTRUCTION                                                                   \
				 : "+c"(left), "+D"(to), "+S"(from), "+a"(number)                                          \
				 : "d"(PORT)                                                                               \
				 : "memory");                                                                              \
		accesses++;                                                                                                \
	} while (0)

static void string(unsigned port)
{
	static const uint64_t counts[] = {0, 1, 3, 255, 1000, 2000};
	for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		STRING("insb", port, counts[i]);
		STRING("insw", port, counts[i]);
		STRING("insl", port, counts[i]);
		for (unsigned at = 0; at < sizeof buffer; at++)
			buffer[at] = 0;
		STRING("outsb", port, counts[i]);
		STRING("outsw", port, counts[i]);
		STRING("outsl", port, counts[i]);
	}
}

static void strings(void)
{
	static const unsigned kinds[] = {0, 0x10, 0x40, 0x64, 0x70, HYPERCALL_PORT, 0x604, 0x605, 0x606, 0xcf8, 0xcf9, 0xcfc, 0xffff};
	for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		string(kinds[i]);
}

static void msr(uint32_t number)
{
	uint64_t value = 0;
	int there = try_rdmsr(number, &value);
	faults += !there;
	if (number != 0x1b && number != 0xc0000080) /* APIC base and EFER as they are */
		faults += !try_wrmsr(number, there ? value : 0);
	accesses += 2;
}

static void msrs(void)
{
	static const uint32_t starts[] = {0, 0x80, 0x100, 0x170, 0x1d0, 0x200, 0x2f0, 0x3f0, 0x480, 0x800, 0xda0, 0x40000000,
					  0x40000070, 0x40000100, 0x4b564d00, 0xc0000080, 0xc0000100, 0xc0010000, 0xc0010110,
					  0xc0011020, 0x7ffffff0, 0x80000000, 0xffffffc0};
	for (unsigned i = 0; i < sizeof starts / sizeof starts[0]; i++)
		for (uint32_t at = 0; at < 0x40; at++)
			if (starts[i] + at != 0x10) /* the TSC stays, since time is read from it */
				msr(starts[i] + at);
	print_line("faulted", faults > 0);
}

static void touch(uint64_t address)
{
	*(volatile uint8_t *)address;
	*(volatile uint16_t *)address;
	*(volatile uint32_t *)address;
	*(volatile uint64_t *)address;
	*(volatile uint8_t *)address = 0x5a;
	*(volatile uint16_t *)address = 0x5a5a;
	*(volatile uint32_t *)address = 0x5a5a5a5a;
	*(volatile uint64_t *)address = 0x5a5a5a5a5a5a5a5a;
	accesses += 8;
}

static void holes(void)
{
	static const uint64_t places[] = {0x8000000, 0xc0000000, 0xfbfffff8, 0xfc009000, 0xfd000000, 0xfec00000, 0xfed00000,
					  0xfef00000, 0xfeff7ff0, 0xff000000, 0xffffffe0, 0xfffbd000};
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++)
		for (uint64_t within = 0; within < 3; within++)
			touch(places[i] + within);
	touch(0xfc000000 + 0x9000 - 3); /* from memory into none */
	print_line("reads-ones", *(volatile uint32_t *)0xfed00000 == ~0u);
}

static void lapic(void)
{
	lapic_enable(0);
	for (uint64_t offset = 0; offset < 0x1000; offset += offset < 0x400 ? 8 : 0x180) {
		if ((offset & 0xff0) == LAPIC_COMMAND)
			continue; /* would send what is read */
		*(volatile uint8_t *)(LAPIC_PAGE + offset);
		*(volatile uint16_t *)(LAPIC_PAGE + offset + 1);
		*(volatile uint32_t *)(LAPIC_PAGE + offset);
		*(volatile uint64_t *)(LAPIC_PAGE + offset);
		*(volatile uint8_t *)(LAPIC_PAGE + offset + 2) = 0;
		*(volatile uint16_t *)(LAPIC_PAGE + offset) = 0;
		*(volatile uint64_t *)(LAPIC_PAGE + offset) = 0;
		accesses += 7;
	}
}

static void rom(void)
{
	for (uint64_t at = 0; at < 0x9000; at += 8)
		*(volatile uint64_t *)(0xfc000000 + at) = ~0ull;
	for (uint64_t at = 0; at < 0x8000; at += 8) {
		uint64_t address = 0xfeff8000 + at;
		*(volatile uint64_t *)address = ~0ull; /* the rings' pages among them */
	}
	for (uint64_t at = 0xa0000; at < 0x100000; at += 4096)
		*(volatile uint64_t *)at = ~0ull;
	struct evtchn_send store = {.port = (uint32_t)hvm_param(HVM_PARAM_STORE_EVTCHN)};
	struct evtchn_send console = {.port = (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN)};
	for (int i = 0; i < 10; i++) {
		event_op(EVTCHNOP_send, &store);
		event_op(EVTCHNOP_send, &console);
	}
}

void guest_main(void)
{
	interrupts_load();
	if (command_line_has("ports"))
		ports();
	else if (command_line_has("strings"))
		strings();
	else if (command_line_has("msrs"))
		msrs();
	else if (command_line_has("holes"))
		holes();
	else if (command_line_has("lapic"))
		lapic();
	else if (command_line_has("rom"))
		rom();
	else
		((void (*)(void))0xfed00000)();
	print_line("accesses", accesses);
	print("survived\n");
}
