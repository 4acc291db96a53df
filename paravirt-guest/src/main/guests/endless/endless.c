/*
 * endless WHAT: a hypercall of 2^31-1 elements, for which the monitor needs minutes. Whoever pauses the guest, asks for its
 * registers or destroys it does not wait so long. The elements lie in 512 GiB that are one large page again and again.
 *   multicall  says "within" by console_io, once each time round the page; the other calls are of number 0
 *   copy       GNTTABOP_copy, each refused          unmap      GNTTABOP_unmap_grant_ref, likewise
 * Ends, if it ever does, with "done".
 */
#include "pages.h"
#include "xen.h"

#define SAME_AGAIN (1ull << 39) /* the first address of page_map's second entry */
enum { MANY = 0x7fffffff, ENTRIES = 512 };

static uint64_t pointers[ENTRIES] __attribute__((aligned(4096)));
static uint64_t directory[ENTRIES] __attribute__((aligned(4096)));
static char page[LARGE_PAGE] __attribute__((aligned(LARGE_PAGE)));
static const char text[] = "within\n";

static void map_again_and_again(void)
{
	for (unsigned i = 0; i < ENTRIES; i++) {
		pointers[i] = (uint64_t)directory | PRESENT | WRITABLE;
		directory[i] = (uint64_t)page | PRESENT | WRITABLE | LARGE;
	}
	page_map[1] = (uint64_t)pointers | PRESENT | WRITABLE;
	page_flush_all();
}

void guest_main(void)
{
	map_again_and_again();
	if (command_line_has("multicall")) {
		struct multicall_entry *first = (struct multicall_entry *)page;
		first->op = __HYPERVISOR_console_io;
		first->args[0] = CONSOLEIO_write;
		first->args[1] = sizeof text - 1;
		first->args[2] = (uint64_t)text;
		hypercall(__HYPERVISOR_multicall, SAME_AGAIN, MANY, 0);
	} else if (command_line_has("copy")) {
		print("within\n");
		hypercall(__HYPERVISOR_grant_table_op, GNTTABOP_copy, SAME_AGAIN, MANY);
	} else {
		print("within\n");
		hypercall(__HYPERVISOR_grant_table_op, GNTTABOP_unmap_grant_ref, SAME_AGAIN, MANY);
	}
	print("done\n");
}
