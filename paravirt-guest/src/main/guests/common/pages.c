#include "pages.h"

enum { SLOTS = 4, ENTRIES = 512 };
static volatile uint64_t tables[SLOTS][ENTRIES] __attribute__((aligned(4096)));

void page_flush_all(void)
{
	uint64_t root;
	__asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) : : "memory");
}

volatile uint64_t *page_table_of_slot(unsigned slot)
{
	if (window_directory[slot] != ((uint64_t)tables[slot] | PRESENT | WRITABLE)) {
		window_directory[slot] = (uint64_t)tables[slot] | PRESENT | WRITABLE;
		page_flush_all();
	}
	return tables[slot];
}

char *page_map_one(unsigned slot, unsigned page, uint64_t entry)
{
	char *address = (char *)WINDOW + slot * LARGE_PAGE + page * 4096ull;
	page_table_of_slot(slot)[page] = entry;
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
	return address;
}
