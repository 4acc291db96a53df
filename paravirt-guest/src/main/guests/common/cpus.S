/* From the real mode in which SIPI starts a CPU to cpu_enter(number) in 64-bit mode, with the first CPU's page tables. */
#include "longmode.h"

#define STACK_SIZE 8192
#define MAX_CPUS 8

	.text
	.code16
	.balign 16
	.globl cpu_trampoline, cpu_trampoline_end
cpu_trampoline: /* is copied to START_PAGE (cpus.h), where %cs begins */
	cli
	movw %cs, %ax
	movw %ax, %ds
	lgdtl gdt_of_trampoline - cpu_trampoline
	movl %cr0, %eax
	orl $CR0_PE, %eax
	movl %eax, %cr0
	ljmpl $CODE_32, $protected_mode
	.balign 8
gdt_of_trampoline:
	.word 4 * 8 - 1
	.long gdt
cpu_trampoline_end:

	.code32
protected_mode:
	load_data_segments
	enter_long_mode 1f

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
