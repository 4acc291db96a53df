/*
 * multicalls: multicalls within multicalls, lists that change themselves, lists that run off the end of memory, and
 * counts up to 2^64-1. One "what value" a line, and "survived".
 */
#include "pages.h"
#include "xen.h"

static struct multicall_entry list[8] __attribute__((aligned(4096)));

static int64_t multicall(uint64_t at, uint64_t count)
{
	return hypercall(__HYPERVISOR_multicall, at, count, 0);
}

static void entry(unsigned i, uint64_t op, uint64_t first, uint64_t second, uint64_t third)
{
	list[i] = (struct multicall_entry){.op = op, .result = 0x5555, .args = {first, second, third}};
}

void guest_main(void)
{
	entry(0, __HYPERVISOR_multicall, (uint64_t)list, 2, 0);
	entry(1, __HYPERVISOR_xen_version, XENVER_pagesize, 0, 0);
	print_line("nested", multicall((uint64_t)list, 2));
	print_line("nested-refused", (int64_t)list[0].result);
	print_line("after-nested", (int64_t)list[1].result);

	/* The first writes the extra version's text, 16 bytes, over the op and result of the second. */
	entry(0, __HYPERVISOR_xen_version, XENVER_extraversion, (uint64_t)&list[1], 0);
	entry(1, __HYPERVISOR_xen_version, XENVER_pagesize, 0, 0);
	entry(2, __HYPERVISOR_xen_version, XENVER_pagesize, 0, 0);
	print_line("rewrites-the-next", multicall((uint64_t)list, 3));
	print_line("rewritten", (int64_t)list[1].result);
	print_line("third", (int64_t)list[2].result);

	/* Its answer is written over itself. */
	entry(0, __HYPERVISOR_xen_version, XENVER_extraversion, (uint64_t)&list[0], 0);
	print_line("rewrites-itself", multicall((uint64_t)list, 1));
	print_line("itself", (int64_t)list[0].result);

	print_line("none", multicall((uint64_t)list, 0));
	print_line("none-anywhere", multicall(0xdeadull << 48, 0));
	print_line("minus-one", multicall((uint64_t)list, ~0ull));
	print_line("2-63", multicall((uint64_t)list, 1ull << 63));
	print_line("2-32", multicall(0xdeadull << 48, 1ull << 32));
	print_line("not-mapped", multicall(WINDOW, 1));

	char *last = page_map_one(0, 0, frame_of(list) * PAGE_SIZE | PRESENT | WRITABLE) + PAGE_SIZE;
	print_line("crosses-the-end", multicall((uint64_t)last - 32, 1));
	entry(0, __HYPERVISOR_xen_version, XENVER_pagesize, 0, 0);
	page_map_one(1, 0, frame_of(list) * PAGE_SIZE | PRESENT);
	print_line("read-only", multicall(WINDOW + LARGE_PAGE, 1));

	/* All RAM from 32 MiB on as one list: zeroes, which are calls of number 0. */
	print_line("to-the-end-of-ram", multicall(32ull << 20, 0x7fffffff));
	print_line("last-done", ((struct multicall_entry *)(36ull << 20))->result == (uint64_t)ERROR(ENOSYS));
	print("survived\n");
}
