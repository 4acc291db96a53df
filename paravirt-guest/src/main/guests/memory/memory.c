/*
 * memory: what a guest is told of its memory, and whether it is true. Prints the
 * memory map and the command line, writes to the first and last page of each
 * range of RAM, and checks the ACPI root pointer's signature and checksums.
 */
#include "guest.h"

static int holds(uint64_t physical)
{
	volatile uint64_t *word = (uint64_t *)((char *)window_map(0, physical, PAGE_WRITABLE) + physical % LARGE_PAGE);
	uint64_t before = *word;
	*word = ~before;
	int held = *word == ~before;
	*word = before;
	return held && *word == before;
}

static void check_range(const struct hvm_memmap_table_entry *range)
{
	print("range ");
	print_hex(range->addr);
	print(" ");
	print_hex(range->size);
	print(" ");
	print_decimal(range->type);
	if (range->type == XEN_HVM_MEMMAP_TYPE_RAM && range->size >= 4096) {
		int first = holds(range->addr);
		int last = holds(range->addr + range->size - sizeof(uint64_t));
		print(first && last ? " holds" : first ? " last-page-lost" : " first-page-lost");
	}
	print("\n");
}

static int sums_to_zero(const uint8_t *bytes, size_t length)
{
	uint8_t sum = 0;
	for (size_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum == 0;
}

static const char *check_root_pointer(const uint8_t *rsdp)
{
	static const char signature[8] = "RSD PTR ";
	if (!rsdp)
		return "none";
	for (size_t i = 0; i < sizeof signature; i++)
		if (rsdp[i] != (uint8_t)signature[i])
			return "bad-signature";
	if (!sums_to_zero(rsdp, 20))
		return "bad-checksum";
	return rsdp[15] < 2 || sums_to_zero(rsdp, 36) ? "ok" : "bad-extended-checksum";
}

void guest_main(void)
{
	const struct hvm_memmap_table_entry *map = (const void *)start_info->memmap_paddr;
	print(start_info->magic == HVM_START_MAGIC_VALUE ? "magic ok\n" : "magic bad\n");
	print_line("version", start_info->version);
	print("cmdline ");
	print(command_line());
	print("\n");
	print_line("modules", start_info->nr_modules);
	print("rsdp ");
	print(check_root_pointer((const uint8_t *)start_info->rsdp_paddr));
	print("\n");
	for (uint32_t i = 0; start_info->version >= 1 && i < start_info->memmap_entries; i++)
		check_range(&map[i]);
}
