/*
 * narrow: a hypercall from 32-bit code, in compatibility mode. Its ABI is not that of 64-bit code, and the domain does not survive
 * it: it says "narrow", and no more.
 */
#include "guest.h"

enum { CODE_32 = 24 };     /* the selector of entry.S */
enum { EXTRAVERSION = 1 }; /* of xen_version; the version itself KVM tells any code */

void guest_main(void)
{
	print("narrow\n");
	__asm__ volatile("pushq $%c[code]\n"
			 "pushq $1f\n"
			 "lretq\n"
			 "1: .code32\n"
			 "movl $%c[version], %%eax\n"
			 "movl $%c[extraversion], %%ebx\n"
			 "call *%%ecx\n"
			 "movb $'!', %%al\n"
			 "outb %%al, $0xe9\n"
			 "2: jmp 2b\n"
			 ".code64"
			 :
			 : [code] "i"(CODE_32), [version] "i"(HYPERVISOR_xen_version),
			   [extraversion] "i"(EXTRAVERSION), "c"(hypercall_site)
			 : "memory");
}
