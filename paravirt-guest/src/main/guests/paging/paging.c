/*
 * paging: hypercall arguments in every shape of page: 4 KiB, 2 MiB and 1 GiB (where CPUID has it), by 4 levels and by 5
 * (likewise; else it says "none"), each at the last byte before the page's end, and at every byte before that, on to a
 * page elsewhere. One "shape right wrong" a line; the domain must have more than 1 GiB of memory for all of them.
 */
#include "pages.h"
#include "xen.h"

#define GIB (1ull << 30)
enum { PAGES_1G = 1 << 26 /* leaf 0x80000001, EDX */, LA57 = 1 << 16 /* leaf 7, ECX */ };

static volatile uint64_t table[512] __attribute__((aligned(4096)));
static volatile uint64_t directory[512] __attribute__((aligned(4096)));
static volatile uint64_t root_of_5[512] __attribute__((aligned(4096)));

void levels_5(uint64_t root);

/* A parameter is asked for at each distance from a boundary; its name is read there, and its value written. */
static void show(const char *shape, uint64_t boundary)
{
	unsigned right = 0, wrong = 0;
	uint64_t expected = hvm_param(HVM_PARAM_STORE_PFN);
	for (unsigned before = 1; before <= sizeof(struct xen_hvm_param); before++) {
		struct xen_hvm_param request = {.domid = DOMID_SELF, .index = HVM_PARAM_STORE_PFN};
		volatile uint8_t *at = (volatile uint8_t *)(boundary - before);
		for (unsigned i = 0; i < sizeof request; i++)
			at[i] = ((uint8_t *)&request)[i];
		int64_t result = hvm_op(HVMOP_get_param, (void *)at);
		for (unsigned i = 0; i < sizeof request; i++)
			((uint8_t *)&request)[i] = at[i];
		if (result == 0 && request.value == expected && request.index == HVM_PARAM_STORE_PFN)
			right++;
		else
			wrong++;
	}
	print(shape);
	print(" ");
	print_decimal(right);
	print_line("", wrong);
}

/* The window's places are neighbours; what is behind them is not. */
static void show_all(void)
{
	const uint64_t flags = PRESENT | WRITABLE;
	directory_pointers[6] = (uint64_t)directory | flags;
	directory[0] = (uint64_t)table | flags;
	table[0] = 0x1000000 | flags;
	table[1] = 0x1800000 | flags;
	table[511] = 0x1803000 | flags;
	directory[1] = 0xa00000 | flags | LARGE;
	directory[2] = 0x1200000 | flags | LARGE;
	directory[511] = 0x1600000 | flags | LARGE;
	int gigabytes = (cpuid(0x80000001).edx & PAGES_1G) != 0;
	if (gigabytes) {
		directory_pointers[7] = 0 | flags | LARGE;
		directory_pointers[8] = 0 | flags | LARGE;
	}
	page_flush_all();
	show("4k-to-4k", 6 * GIB + PAGE_SIZE);
	show("4k-to-2m", 6 * GIB + LARGE_PAGE);
	show("2m-to-2m", 6 * GIB + 2 * LARGE_PAGE);
	if (gigabytes) {
		show("2m-to-1g", 7 * GIB);
		show("1g-to-1g", 8 * GIB);
	} else {
		print("1g none\n");
	}
}

void guest_main(void)
{
	print("levels 4\n");
	show_all();
	if (cpuid(0).eax >= 7 && (cpuid(7).ecx & LA57)) {
		root_of_5[0] = (uint64_t)page_map | PRESENT | WRITABLE;
		root_of_5[511] = root_of_5[0];
		levels_5((uint64_t)root_of_5);
		print("levels 5\n");
		show_all();
		/* The same page tables once more, at the top: an address that 4 levels do not have. */
		show("4k-high", 0xffff000000000000 + 6 * GIB + PAGE_SIZE);
	} else {
		print("levels none\n");
	}
	print("done\n");
}

/* Off with paging, by way of 32-bit code in what is mapped one to one, and on again with CR4.LA57. */
__asm__(".text\n"
	".globl levels_5\n"
	"levels_5:\n"
	"	pushq %rbx\n"
	"	movq %rsp, %rbx\n"
	"	pushq $24\n"
	"	leaq 1f(%rip), %rax\n"
	"	pushq %rax\n"
	"	lretq\n"
	".code32\n"
	"1:	movl %cr0, %eax\n"
	"	andl $0x7fffffff, %eax\n"
	"	movl %eax, %cr0\n"
	"	movl %cr4, %ecx\n"
	"	orl $0x1000, %ecx\n"
	"	movl %ecx, %cr4\n"
	"	movl %edi, %cr3\n"
	"	orl $0x80000000, %eax\n"
	"	movl %eax, %cr0\n"
	"	ljmp $8, $2f\n"
	".code64\n"
	"2:	movq %rbx, %rsp\n"
	"	popq %rbx\n"
	"	ret\n");
