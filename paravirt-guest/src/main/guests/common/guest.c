#include "guest.h"

const struct hvm_start_info *start_info;

extern char xen_hypercall_amd[], xen_hypercall_intel[];
extern volatile uint64_t window_directory[512];
void *hypercall_site;

struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;
	__asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(0));
	return r;
}

void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

int64_t hypercall(uint64_t number, uint64_t first, uint64_t second, uint64_t third)
{
	int64_t result;
	__asm__ volatile("call *%[site]"
			 : "=a"(result), "+D"(first), "+S"(second), "+d"(third)
			 : [site] "r"(hypercall_site), "a"(number)
			 : "memory", "cc", "r8", "r10");
	return result;
}

void shutdown(unsigned reason)
{
	enum { SCHEDOP_shutdown = 2 };
	uint32_t argument = reason;
	print_line("shutdown-failed", hypercall(HYPERVISOR_sched_op, SCHEDOP_shutdown, (uint64_t)&argument, 0));
	for (;;)
		__asm__ volatile("cli; hlt");
}

void print(const char *text)
{
	while (*text)
		out8(0xe9, (uint8_t)*text++);
}

static void print_number(uint64_t value, unsigned base)
{
	char digits[24];
	char *at = digits + sizeof digits - 1;
	*at = 0;
	do
		*--at = "0123456789abcdef"[value % base];
	while (value /= base);
	print(at);
}

void print_decimal(int64_t value)
{
	if (value < 0)
		print("-");
	print_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

void print_hex(uint64_t value)
{
	print("0x");
	print_number(value, 16);
}

void print_line(const char *name, int64_t value)
{
	print(name);
	print(" ");
	print_decimal(value);
	print("\n");
}

const char *command_line(void)
{
	return start_info->cmdline_paddr ? (const char *)start_info->cmdline_paddr : "";
}

uint64_t count_from_command_line(uint64_t otherwise)
{
	const char *at = command_line();
	for (char before = ' '; *at && !(before == ' ' && *at >= '0' && *at <= '9'); at++)
		before = *at;
	if (!*at)
		return otherwise;
	uint64_t count = 0;
	while (*at >= '0' && *at <= '9')
		count = count * 10 + (uint64_t)(*at++ - '0');
	return count;
}

int command_line_has(const char *text)
{
	for (const char *at = command_line(); *at; at++) {
		size_t same = 0;
		while (text[same] && at[same] == text[same])
			same++;
		if (!text[same])
			return 1;
	}
	return 0;
}

void *window_map(unsigned slot, uint64_t physical, uint64_t flags)
{
	void *address = (void *)(WINDOW + slot * LARGE_PAGE);
	window_directory[slot] = flags ? (physical & ~(LARGE_PAGE - 1)) | flags : 0;
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
	return address;
}

/* Called from entry.S. */
void guest_start(const struct hvm_start_info *info);
void guest_start(const struct hvm_start_info *info)
{
	uint32_t vendor = cpuid(0).ebx;
	int amd = vendor == 0x68747541 /* "Auth" */ || vendor == 0x6f677948 /* "Hygo" */;
	hypercall_site = amd ? xen_hypercall_amd : xen_hypercall_intel;
	start_info = info;
	guest_main();
	shutdown(SHUTDOWN_POWEROFF);
}
