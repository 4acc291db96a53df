/* Interrupts and faults. */
#ifndef LODGE_GUEST_INTERRUPTS_H
#define LODGE_GUEST_INTERRUPTS_H

#include "guest.h"

struct interrupt_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

/* Loads the interrupt table on this CPU. Interrupts stay off. */
void interrupts_load(void);

/* Who is called for a vector; those from 32 on are acknowledged to the local APIC afterwards. */
void interrupt_handle(unsigned vector, void (*handler)(void));
/* The same for interrupts that do not come by the local APIC, and are not acknowledged there. */
void interrupt_handle_past_lapic(unsigned vector, void (*handler)(void));

/* The vector of the last fault that an instruction below met. */
extern volatile unsigned last_fault;

/*
 * An instruction that may fault: CODE is assembled with the operands given, and
 * FAULTED, an int that is 1 before, becomes 0 if it did not.
 */
#define TRY(FAULTED, CODE, OUTPUTS, ...)                                                                               \
	__asm__ volatile("1: " CODE "\n\tmovl $0, %[faulted]\n2:\n"                                                        \
			 "\t.pushsection fixups, \"a\"\n\t.quad 1b, 2b\n\t.popsection"                                     \
			 : [faulted] "+m"(FAULTED) OUTPUTS                                                                  \
			 : __VA_ARGS__)
#define ALSO(...) , __VA_ARGS__

/* Each returns whether it went well. */
int try_rdmsr(uint32_t msr, uint64_t *value);
int try_wrmsr(uint32_t msr, uint64_t value);

static inline void interrupts_on(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void interrupts_off(void)
{
	__asm__ volatile("cli" : : : "memory");
}

/* Sleeps until an interrupt comes; interrupts are on meanwhile and off afterwards. */
static inline void sleep_until_interrupt(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

#endif
