#include "interrupts.h"
#include "lapic.h"

enum { VECTORS = 256, FIRST_INTERRUPT = 32, CODE_SELECTOR = 8, INTERRUPT_GATE = 0x8e, STUB_SIZE = 16 };

struct gate {
	uint16_t offset_low, selector;
	uint8_t stack, type;
	uint16_t offset_middle;
	uint32_t offset_high, reserved;
};

extern char interrupt_stubs[];
extern const uint64_t fixups_start[][2], fixups_end[][2];

static struct gate table[VECTORS];
static void (*handlers[VECTORS])(void);
static int past_lapic[VECTORS];
volatile unsigned last_fault;

void interrupts_load(void)
{
	for (unsigned vector = 0; vector < VECTORS; vector++) {
		uint64_t stub = (uint64_t)interrupt_stubs + vector * STUB_SIZE;
		table[vector] = (struct gate){.offset_low = (uint16_t)stub,
					      .selector = CODE_SELECTOR,
					      .type = INTERRUPT_GATE,
					      .offset_middle = (uint16_t)(stub >> 16),
					      .offset_high = (uint32_t)(stub >> 32)};
	}
	const struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} pointer = {sizeof table - 1, (uint64_t)table};
	__asm__ volatile("lidt %0" : : "m"(pointer));
}

void interrupt_handle(unsigned vector, void (*handler)(void))
{
	handlers[vector] = handler;
}

void interrupt_handle_past_lapic(unsigned vector, void (*handler)(void))
{
	past_lapic[vector] = 1;
	interrupt_handle(vector, handler);
}

static int mend(struct interrupt_frame *frame)
{
	for (const uint64_t(*fixup)[2] = fixups_start; fixup < fixups_end; fixup++) {
		if ((*fixup)[0] == frame->rip) {
			frame->rip = (*fixup)[1];
			last_fault = (unsigned)frame->vector;
			return 1;
		}
	}
	return 0;
}

void interrupt_dispatch(struct interrupt_frame *frame);
void interrupt_dispatch(struct interrupt_frame *frame)
{
	if (handlers[frame->vector]) {
		handlers[frame->vector]();
	} else if (frame->vector >= FIRST_INTERRUPT || !mend(frame)) {
		print_line("unexpected-vector", (int64_t)frame->vector);
		print("error ");
		print_hex(frame->error);
		print("\nrip ");
		print_hex(frame->rip);
		print("\n");
		shutdown(SHUTDOWN_CRASH);
	}
	if (frame->vector >= FIRST_INTERRUPT && !past_lapic[frame->vector])
		lapic_end_of_interrupt();
}

int try_rdmsr(uint32_t msr, uint64_t *value)
{
	int faulted = 1;
	uint32_t low = 0, high = 0;
	TRY(faulted, "rdmsr", ALSO("+a"(low), "+d"(high)), "c"(msr));
	*value = (uint64_t)high << 32 | low;
	return !faulted;
}

int try_wrmsr(uint32_t msr, uint64_t value)
{
	int faulted = 1;
	TRY(faulted, "wrmsr", , "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
	return !faulted;
}
