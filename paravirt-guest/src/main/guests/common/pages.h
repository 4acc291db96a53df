/* Single pages of 4 KiB in the window (guest.h), for guests that lay them out oddly. */
#ifndef LODGE_GUEST_PAGES_H
#define LODGE_GUEST_PAGES_H

#include "guest.h"

enum { PRESENT = 1, WRITABLE = 2, LARGE = 0x80 };

extern volatile uint64_t page_map[512], directory_pointers[512], window_directory[512];

/* A page table for one of the window's first 4 slots of 2 MiB, in the place of a large page; empty at first. */
volatile uint64_t *page_table_of_slot(unsigned slot);

/* Maps one page of a slot: the entry as the CPU takes it. Answers its address. */
char *page_map_one(unsigned slot, unsigned page, uint64_t entry);

void page_flush_all(void);

#endif
