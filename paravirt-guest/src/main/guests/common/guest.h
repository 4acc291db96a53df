/* What every bare-metal guest may use: no heap, interrupts off. For more, see the other headers here. */
#ifndef LODGE_GUEST_H
#define LODGE_GUEST_H

#include <stddef.h>
#include <stdint.h>

#define NORETURN __attribute__((noreturn))

/* xen/include/public/xen.h and the headers of each call */
enum {
	HYPERVISOR_memory_op = 12,
	HYPERVISOR_xen_version = 17,
	HYPERVISOR_console_io = 18,
	HYPERVISOR_sched_op = 29,
	HYPERVISOR_event_channel_op = 32,
	HYPERVISOR_hvm_op = 34,
};
enum { SHUTDOWN_POWEROFF = 0, SHUTDOWN_CRASH = 3 };

/* xen/include/public/arch-x86/hvm/start_info.h, version 1 */
struct hvm_start_info {
	uint32_t magic, version, flags, nr_modules;
	uint64_t modlist_paddr, cmdline_paddr, rsdp_paddr, memmap_paddr;
	uint32_t memmap_entries, reserved;
};
struct hvm_memmap_table_entry {
	uint64_t addr, size;
	uint32_t type, reserved;
};
enum { HVM_START_MAGIC_VALUE = 0x336ec578, XEN_HVM_MEMMAP_TYPE_RAM = 1 };

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

extern const struct hvm_start_info *start_info;

/* Each guest's own. Returning from it powers off. */
void guest_main(void);

/* The function that makes a hypercall: the instruction of this CPU's vendor, and a return. */
extern void *hypercall_site;
int64_t hypercall(uint64_t number, uint64_t first, uint64_t second, uint64_t third);
NORETURN void shutdown(unsigned reason);
struct cpuid cpuid(uint32_t leaf);
void out8(uint16_t port, uint8_t value);

/* To port 0xe9. */
void print(const char *text);
void print_decimal(int64_t value);
void print_hex(uint64_t value);
/* "name value\n" */
void print_line(const char *name, int64_t value);

const char *command_line(void);
/* The first word of the command line that is, or begins as, a number; or what is given. */
uint64_t count_from_command_line(uint64_t otherwise);
int command_line_has(const char *text);

/*
 * Pages of 2 MiB, 512 of them, that a guest may map as it likes; nothing follows
 * them. flags: 0 unmaps.
 */
#define WINDOW 0x100000000ull
#define LARGE_PAGE 0x200000ull
enum { PAGE_READ_ONLY = 0x81, PAGE_WRITABLE = 0x83 };
void *window_map(unsigned slot, uint64_t physical, uint64_t flags);

#endif
