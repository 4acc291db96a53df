/*
 * initialise HOW: CPUs that are started by VCPUOP_initialise and VCPUOP_up.
 *   modes      what is refused of a context; then the second CPU is started in 64-bit mode with the page tables of the first, and
 *              starts the third in 32-bit protected mode
 *   lapic      CPUs that were started, or only reset, through their local APICs
 *   race       the first two initialise each of the others at once
 *   lost       a context without page tables: triple fault
 *   wild SEED  contexts with fields overwritten at random, until one is taken; that one runs, if it can
 */
#include "cpus.h"
#include "interrupts.h"
#include "lapic.h"
#include "pages.h"
#include "xen.h"

#include <xen/hvm/hvm_vcpu.h>

enum { CR0_PE = 1, CR0_PG = 1u << 31, CR0_NW = 1 << 29, CR4_PAE = 1 << 5, EFER_LME = 1 << 8, EFER_LMA = 1 << 10 };
enum { CODE = 0xc9b, DATA = 0xc93, TSS = 0x8b, NOT_PRESENT = 0x80, LONG = 0x200, USER = 3 << 5 };
enum { STACK_WORDS = 512, RDI = 0x1234 };

static uint64_t stacks[MAX_CPUS][STACK_WORDS] __attribute__((aligned(16)));
static volatile unsigned running[MAX_CPUS], decided[2];
static volatile int64_t answers[MAX_CPUS][2];

static struct vcpu_hvm_context context_64(unsigned cpu, void (*main)(uint64_t rdi, uint64_t rsi))
{
	struct vcpu_hvm_context context = {.mode = VCPU_HVM_MODE_64B};
	context.cpu_regs.x86_64 = (struct vcpu_hvm_x86_64){
		.rip = (uint64_t)main,
		.rsp = (uint64_t)&stacks[cpu][STACK_WORDS - 1], /* as after a call */
		.rdi = RDI,
		.rsi = cpu,
		.cr0 = CR0_PG | CR0_PE,
		.cr3 = (uint64_t)page_map,
		.cr4 = CR4_PAE,
		.efer = EFER_LME,
	};
	return context;
}

static struct vcpu_hvm_context context_32(const char *begin)
{
	struct vcpu_hvm_context context = {.mode = VCPU_HVM_MODE_32B};
	context.cpu_regs.x86_32 = (struct vcpu_hvm_x86_32){
		.eip = (uint32_t)(uint64_t)begin,
		.eax = 0xa0a0a0a0,
		.ecx = 0xc1c1c1c1,
		.edx = 0xd2d2d2d2,
		.ebx = 0xb3b3b3b3,
		.esp = 0x54545454,
		.ebp = 0xb5b5b5b5,
		.esi = 0x56565656,
		.edi = 0xd7d7d7d7,
		.cr0 = CR0_PE,
		.cs_limit = ~0u,
		.ds_limit = ~0u,
		.ss_limit = ~0u,
		.es_limit = ~0u,
		.tr_limit = 0x67,
		.cs_ar = CODE,
		.ds_ar = DATA,
		.ss_ar = DATA,
		.es_ar = DATA,
		.tr_ar = TSS,
	};
	return context;
}

/* Stores the registers as an array, tells that it runs, and sleeps. */
extern const char begin_32[];
extern volatile uint32_t stored_32[8];
extern volatile uint32_t running_32;
__asm__(".pushsection .text\n"
	".code32\n"
	"begin_32:\n"
	"	movl %eax, stored_32\n"
	"	movl %ecx, stored_32 + 4\n"
	"	movl %edx, stored_32 + 8\n"
	"	movl %ebx, stored_32 + 12\n"
	"	movl %esp, stored_32 + 16\n"
	"	movl %ebp, stored_32 + 20\n"
	"	movl %esi, stored_32 + 24\n"
	"	movl %edi, stored_32 + 28\n"
	"	movl $1, running_32\n"
	"1:	hlt\n"
	"	jmp 1b\n"
	".code64\n"
	".popsection\n"
	".pushsection .bss\n"
	"	.balign 4\n"
	"stored_32: .fill 32\n"
	"running_32: .fill 4\n"
	".popsection\n");

static NORETURN void sleep_for_ever(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

static void wait_for(const volatile unsigned *flag)
{
	while (!*flag)
		cpu_pause();
}

static int64_t initialise(unsigned cpu, struct vcpu_hvm_context context)
{
	return vcpu_op(VCPUOP_initialise, cpu, &context);
}

static unsigned tried, refused;

static void expect_refusal(unsigned cpu, const char *what, struct vcpu_hvm_context context)
{
	int64_t answer = initialise(cpu, context);
	tried++;
	refused += answer == ERROR(EINVAL);
	if (answer != ERROR(EINVAL))
		print_line(what, answer);
}

/* BASE with one thing changed. */
#define REFUSED(CPU, BASE, CHANGE)                                                                                          \
	do {                                                                                                           \
		struct vcpu_hvm_context context = (BASE);                                                              \
		struct vcpu_hvm_x86_32 *r32 = &context.cpu_regs.x86_32;                                                \
		struct vcpu_hvm_x86_64 *r64 = &context.cpu_regs.x86_64;                                                \
		(void)r32;                                                                                             \
		(void)r64;                                                                                             \
		CHANGE;                                                                                                \
		expect_refusal(CPU, #CHANGE, context);                                                                 \
	} while (0)

static void refusals(unsigned cpu)
{
	struct vcpu_hvm_context good = context_32(begin_32);
	REFUSED(cpu, good, context.mode = 2);
	REFUSED(cpu, good, context.pad = 1);
	REFUSED(cpu, good, r32->pad1 = 1);
	REFUSED(cpu, good, r32->pad2[2] = 1);
	REFUSED(cpu, good, r32->cs_ar |= 0x1000);
	REFUSED(cpu, good, r32->cs_ar = 0);
	REFUSED(cpu, good, r32->cs_ar = DATA);
	REFUSED(cpu, good, r32->cs_ar |= USER);
	REFUSED(cpu, good, r32->cs_ar |= LONG);
	REFUSED(cpu, good, r32->cs_limit = 0);
	REFUSED(cpu, good, r32->ss_ar = CODE);
	REFUSED(cpu, good, r32->ss_ar &= ~2);
	REFUSED(cpu, good, r32->ss_ar &= ~NOT_PRESENT);
	REFUSED(cpu, good, r32->ds_ar = CODE & ~2);
	REFUSED(cpu, good, r32->ds_ar |= USER);
	REFUSED(cpu, good, r32->es_ar |= USER);
	REFUSED(cpu, good, r32->es_ar &= ~0x10);
	REFUSED(cpu, good, r32->tr_ar = 0);
	REFUSED(cpu, good, r32->tr_ar = 0x83);
	REFUSED(cpu, good, r32->efer = EFER_LMA);
	REFUSED(cpu, good, r32->efer = 1ull << 63);
	REFUSED(cpu, good, r32->cr4 = 1u << 31);
	REFUSED(cpu, good, r32->cr0 = CR0_PG);
	REFUSED(cpu, good, r32->cr0 |= CR0_NW);

	good = context_64(cpu, NULL);
	REFUSED(cpu, good, context.pad = 1);
	REFUSED(cpu, good, r64->rip = 1ull << 63);
	REFUSED(cpu, good, r64->cr0 = CR0_PE);
	REFUSED(cpu, good, r64->cr0 = CR0_PG);
	REFUSED(cpu, good, r64->cr0 |= 1ull << 32);
	REFUSED(cpu, good, r64->cr4 = 0);
	REFUSED(cpu, good, r64->cr4 |= 1ull << 63);
	REFUSED(cpu, good, r64->efer = 0);
	REFUSED(cpu, good, r64->efer |= 2);
	print_line("tried", tried);
	print_line("refused", refused);
}

/* The second CPU. */
static void starts_third(uint64_t rdi, uint64_t rsi)
{
	print_line("second-rdi", (int64_t)rdi);
	print_line("second-rsi", (int64_t)rsi);
	print_line("second-up", vcpu_op(VCPUOP_is_up, 1, NULL));
	print_line("second-itself", initialise(1, context_64(1, starts_third)));
	print_line("third", initialise(2, context_32(begin_32)));
	print_line("third-up", vcpu_op(VCPUOP_up, 2, NULL));
	running[1] = 1;
	sleep_for_ever();
}

static void modes(void)
{
	struct vcpu_hvm_context good = context_64(1, starts_third);
	refusals(1);
	print_line("up-too-early", vcpu_op(VCPUOP_up, 1, NULL));
	print_line("no-such-cpu", initialise(7, good));
	print_line("bad-pointer", vcpu_op(VCPUOP_initialise, 1, (void *)(1ull << 40)));
	print_line("the-first", initialise(0, good));
	print_line("second", initialise(1, good));
	print_line("again", initialise(1, good));
	for (unsigned i = 0; i < 1000; i++)
		cpu_pause();
	print_line("waits", vcpu_op(VCPUOP_is_up, 1, NULL) == 0 && !running[1]);
	int64_t up = vcpu_op(VCPUOP_up, 1, NULL); /* from now on the second prints */
	wait_for(&running[1]);
	wait_for(&running_32);
	print_line("up", up);
	struct vcpu_hvm_x86_32 expected = context_32(begin_32).cpu_regs.x86_32;
	const uint32_t *registers = &expected.eax;
	unsigned same = 0;
	for (unsigned i = 0; i < 8; i++)
		same += stored_32[i] == registers[i];
	print_line("third-registers", same);
	print_line("third-again", initialise(2, good));
}

/* Tells of itself by memory only, and never leaves the guest. */
static void quiet(unsigned cpu)
{
	running[cpu] = 1;
	for (;;)
		cpu_pause();
}

static void starts_and_sleeps(uint64_t rdi, uint64_t cpu)
{
	(void)rdi;
	running[cpu] = 1;
	sleep_for_ever();
}

static void lapic(void)
{
	cpu_start(1, quiet);
	wait_for(&running[1]);
	print_line("started", initialise(1, context_64(1, starts_and_sleeps)));
	lapic_send(2, LAPIC_INIT);
	print_line("reset-only", initialise(2, context_64(2, starts_and_sleeps)));
	lapic_send(2, LAPIC_STARTUP | 0x99); /* comes too late */
	print_line("up", vcpu_op(VCPUOP_up, 2, NULL));
	wait_for(&running[2]);
	print_line("down", vcpu_op(VCPUOP_down, 3, NULL));
	print_line("stopped-before", initialise(3, context_64(3, starts_and_sleeps)));
	print_line("still-down", vcpu_op(VCPUOP_is_up, 3, NULL));
	vcpu_op(VCPUOP_up, 3, NULL);
	wait_for(&running[3]);
	print_line("up-at-last", vcpu_op(VCPUOP_is_up, 3, NULL));
}

static void decide(unsigned me)
{
	for (unsigned cpu = 2; cpu < MAX_CPUS; cpu++) {
		__atomic_store_n(&decided[me], cpu, __ATOMIC_SEQ_CST);
		while (decided[!me] < cpu)
			cpu_pause();
		answers[cpu][me] = initialise(cpu, context_64(cpu, starts_and_sleeps));
	}
	__atomic_store_n(&decided[me], MAX_CPUS, __ATOMIC_SEQ_CST);
}

static void race(void)
{
	unsigned won = 0, late = 0;
	cpu_start(1, decide);
	decide(0);
	while (decided[1] < MAX_CPUS)
		cpu_pause();
	for (unsigned cpu = 2; cpu < MAX_CPUS; cpu++) {
		won += (answers[cpu][0] == 0) + (answers[cpu][1] == 0);
		late += (answers[cpu][0] == ERROR(EEXIST)) + (answers[cpu][1] == ERROR(EEXIST));
		print_line("up", vcpu_op(VCPUOP_up, cpu, NULL));
		wait_for(&running[cpu]);
	}
	print_line("won", won);
	print_line("late", late);
}

static uint64_t random_state;

static uint64_t random(void)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return random_state >> 33;
}

static void overwrite(void *place, unsigned bytes)
{
	unsigned shape = (unsigned)random() % 3;
	for (unsigned i = 0; i < bytes; i++) {
		uint8_t *byte = (uint8_t *)place + i;
		uint8_t bit = (uint8_t)(1u << random() % 8);
		*byte = shape == 0 ? (uint8_t)random() : shape == 1 ? 0 : (uint8_t)(random() % 8 ? *byte : *byte ^ bit);
	}
}

static void wild(void)
{
	random_state = count_from_command_line(1);
	for (unsigned i = 0; i < 200; i++) {
		struct vcpu_hvm_context context = i % 2 ? context_64(1, starts_and_sleeps) : context_32(begin_32);
		unsigned size = i % 2 ? sizeof context.cpu_regs.x86_64 : offsetof(struct vcpu_hvm_x86_32, pad2);
		unsigned at = (unsigned)random() % (size / 2) * 2;
		unsigned left = size - at;
		overwrite((char *)&context.cpu_regs + at, left < 8 ? left : 8);
		if (initialise(1, context) == 0)
			break;
	}
	vcpu_op(VCPUOP_up, 1, NULL);
	for (unsigned i = 0; i < 10000; i++)
		cpu_pause();
}

void guest_main(void)
{
	interrupts_load();
	lapic_enable(0);
	if (command_line_has("modes")) {
		modes();
	} else if (command_line_has("lapic")) {
		lapic();
	} else if (command_line_has("race")) {
		race();
	} else if (command_line_has("lost")) {
		struct vcpu_hvm_context nowhere = context_64(1, starts_and_sleeps);
		nowhere.cpu_regs.x86_64.cr3 = (uint64_t)&window_directory & ~0xfffull;
		print_line("initialised", initialise(1, nowhere));
		vcpu_op(VCPUOP_up, 1, NULL);
		for (;;)
			cpu_pause();
	} else {
		wild();
	}
	print("survived\n");
}
