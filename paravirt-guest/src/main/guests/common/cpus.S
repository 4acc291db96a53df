/* From the real mode in which SIPI starts a CPU to cpu_enter(number) in 64-bit mode, with the first CPU's page tables. */
#define CR0_PE (1 << 0)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)
#define CR4_PAE (1 << 5)
#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define START_PAGE 0x10000
#define STACK_SIZE 8192
#define MAX_CPUS 8

	.text
	.code16
	.balign 16
	.globl cpu_trampoline, cpu_trampoline_end
cpu_trampoline: /* is copied to START_PAGE, where %cs begins */
	cli
	movw %cs, %ax
	movw %ax, %ds
	lgdtl gdt_of_trampoline - cpu_trampoline
	movl %cr0, %eax
	orl $CR0_PE, %eax
	movl %eax, %cr0
	ljmpl $24, $protected_mode
	.balign 8
gdt_of_trampoline:
	.word 4 * 8 - 1
	.long gdt
cpu_trampoline_end:

	.code32
protected_mode:
	movl $16, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
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
	ljmp $8, $1f

	.code64
1:	movl $1, %eax
	cpuid
	movl %ebx, %edi
	shrl $24, %edi
	leal 1(%rdi), %eax
	imull $STACK_SIZE, %eax
	leaq stacks(%rax), %rsp
	call cpu_enter

	.bss
	.balign 16
stacks:
	.fill MAX_CPUS * STACK_SIZE
	.section .note.GNU-stack, "", @progbits
