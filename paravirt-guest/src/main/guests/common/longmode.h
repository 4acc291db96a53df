/* For assembly: how a CPU gets from 32-bit protected mode without paging to 64-bit mode with the page tables of entry.S. */
#define CR0_PE (1 << 0)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)
#define CR4_PAE (1 << 5)
#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define CODE_64 8 /* selectors of gdt, in entry.S */
#define DATA 16
#define CODE_32 24

/* Goes on at target, in 64-bit mode; %eax, %ecx and %edx are lost. */
.macro enter_long_mode target
	movl %cr4, %eax
	orl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $page_map, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_LME, %eax
	wrmsr
	movl %cr0, %eax
	orl $(CR0_PG | CR0_WP | CR0_PE), %eax
	movl %eax, %cr0
	ljmp $CODE_64, $\target
.endm

.macro load_data_segments
	movl $DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
.endm
