/*
 * From the PVH entry point (Xen's docs/misc/pvh.pandoc: 32-bit protected mode,
 * paging off, %ebx = hvm_start_info) to guest_main() in 64-bit mode, the first
 * 4 GiB mapped one to one by pages of 2 MiB.
 */
#include "longmode.h"

#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define PRESENT_WRITABLE 0x03
#define PRESENT_WRITABLE_LARGE 0x83

	.section .note.Xen, "a", @note
	.long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad pvh_entry

	.text
	.code32
	.globl pvh_entry
pvh_entry:
	cli
	cld
	movl $stack_top, %esp
	lgdt gdt_pointer
	enter_long_mode long_mode

	.code64
long_mode:
	load_data_segments
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	movl %ebx, %edi
	call guest_start
1:	hlt
	jmp 1b

/*
 * The two hypercall functions as Linux has them since XSA-466, which Lodge finds
 * and rewrites where the host's KVM would answer the instructions itself.
 */
	.balign 16
	.globl xen_hypercall_amd
xen_hypercall_amd:
	vmmcall
	ret
	.balign 16
	.globl xen_hypercall_intel
xen_hypercall_intel:
	vmcall
	ret

	.data
	.balign 8
	.globl gdt
gdt:
	.quad 0
	.quad 0x00af9b000000ffff /* code, 64 bits */
	.quad 0x00cf93000000ffff /* data */
	.quad 0x00cf9b000000ffff /* code, 32 bits: on other CPUs' way up */
gdt_pointer:
	.word . - gdt - 1
	.long gdt

	.balign 4096
	.globl page_map
page_map:
	.quad directory_pointers + PRESENT_WRITABLE
	.fill 511, 8, 0

	.globl directory_pointers
directory_pointers:
	.set i, 0
	.rept 4
	.quad directories + i * 4096 + PRESENT_WRITABLE
	.set i, i + 1
	.endr
	.quad window_directory + PRESENT_WRITABLE
	.fill 507, 8, 0

directories:
	.set i, 0
	.rept 4 * 512
	.quad (i << 21) + PRESENT_WRITABLE_LARGE
	.set i, i + 1
	.endr

/* Maps the 1 GiB from WINDOW (guest.h) on; empty at first, filled by window_map(). */
	.globl window_directory
window_directory:
	.fill 512, 8, 0

	.bss
	.balign 16
	.fill 16384
stack_top:
	.section .note.GNU-stack, "", @progbits
