/*
 * pointers: arguments that begin in good memory and run across its end onto a page that is no RAM, or read-only, or not
 * there, for every number of bytes before the end; then page tables that lie outside RAM, have reserved bits, or point at
 * themselves. One "what efault N ok N other N" a line: how the hypercalls were answered. Ends with "survived".
 */
#include "pages.h"
#include "xen.h"

/* Each reads its argument, and most write to it: 16 bytes or more. */
static const struct call {
	uint64_t number, command;
	union {
		struct xen_hvm_param param;
		struct evtchn_alloc_unbound unbound;
		struct evtchn_status status;
		struct gnttab_query_size size;
		struct xen_memory_map map;
		struct xen_add_to_physmap physmap;
		char bytes[32];
	} argument;
} calls[] = {
	{__HYPERVISOR_hvm_op, HVMOP_get_param, {.param = {.domid = DOMID_SELF, .index = HVM_PARAM_STORE_PFN}}},
	{__HYPERVISOR_event_channel_op, EVTCHNOP_status, {.status = {.dom = DOMID_SELF, .port = 1}}},
	{__HYPERVISOR_memory_op, XENMEM_memory_map, {.map = {.nr_entries = 0}}},
	{__HYPERVISOR_memory_op, XENMEM_add_to_physmap, {.physmap = {.domid = DOMID_SELF, .space = 99}}},
	{__HYPERVISOR_grant_table_op, GNTTABOP_query_size, {.size = {.dom = DOMID_SELF}}},
};
enum { CALLS = sizeof calls / sizeof calls[0], LONGEST = sizeof calls[0].argument };

static char good[PAGE_SIZE] __attribute__((aligned(4096)));
static unsigned efaults, fine, others;

static void count(int64_t result)
{
	if (result == ERROR(EFAULT))
		efaults++;
	else if (result == 0)
		fine++;
	else
		others++;
}

static void summary(const char *what)
{
	print(what);
	print(" efault ");
	print_decimal(efaults);
	print(" ok ");
	print_decimal(fine);
	print_line(" other", others);
	efaults = fine = others = 0;
}

static void ask_at(char *address, unsigned bytes_within)
{
	for (unsigned i = 0; i < CALLS; i++) {
		for (unsigned at = 0; at < bytes_within; at++)
			((volatile char *)address)[at] = calls[i].argument.bytes[at];
		count(hypercall(calls[i].number, calls[i].command, (uint64_t)address, 1));
	}
}

/* Arguments of which the last 1 to 31 bytes would lie in the page of an entry. */
static void across(const char *what, uint64_t entry)
{
	char *first = page_map_one(0, 0, (uint64_t)good | PRESENT | WRITABLE);
	page_map_one(0, 1, entry);
	for (unsigned within = 1; within < 8; within++)
		ask_at(first + PAGE_SIZE - within, within);
	summary(what);
}

static void at(const char *what, uint64_t address)
{
	for (unsigned i = 0; i < CALLS; i++)
		count(hypercall(calls[i].number, calls[i].command, address, 1));
	summary(what);
}

static void table_at(const char *what, uint64_t directory_entry)
{
	window_directory[5] = directory_entry;
	page_flush_all();
	at(what, WINDOW + 5 * LARGE_PAGE + 64);
	window_directory[5] = 0;
}

/* The root's entry 511 names the root: a page table that is its own page, at the top of the address space. */
static void recursive(void)
{
	page_map[511] = (uint64_t)page_map | PRESENT | WRITABLE;
	page_flush_all();
	volatile uint64_t *root = (volatile uint64_t *)0xfffffffffffff000;
	int64_t result = hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, (uint64_t)&root[300], 0);
	print_line("recursive-writes", result == 0 && page_map[300] != 0);
	page_map[300] = page_map[301] = 0;
	at("recursive-last-bytes", 0xfffffffffffffff8);
	page_map[511] = 0;
	page_flush_all();
}

void guest_main(void)
{
	across("not-present", 0);
	across("lapic", 0xfee00000 | PRESENT | WRITABLE);
	across("io-apic", 0xfec00000 | PRESENT | WRITABLE);
	across("isa-hole", 0xa0000 | PRESENT | WRITABLE);
	across("beyond-ram", 0x4000000000 | PRESENT | WRITABLE);
	across("reserved-bits", 0x000ffffffffff000 | PRESENT | WRITABLE);
	across("read-only", (uint64_t)good | PRESENT);
	across("good", (uint64_t)good | PRESENT | WRITABLE);
	table_at("table-beyond-ram", 0x4000000000 | PRESENT | WRITABLE);
	table_at("table-in-lapic", 0xfee00000 | PRESENT | WRITABLE);
	table_at("table-reserved-bits", 0x000ffffffffff000 | PRESENT | WRITABLE);
	table_at("large-page-reserved-bits", 0x000fffffffe00000 | PRESENT | WRITABLE | LARGE);
	table_at("table-of-nothing", 0x000ffffffffff000);
	recursive();
	at("non-canonical-low-end", 0x00007ffffffffff8);
	at("non-canonical", 0x0000800000000000);
	at("non-canonical-high-end", 0xffff7fffffffffff);
	at("wraps-round", 0xfffffffffffffffc);
	print("survived\n");
}
