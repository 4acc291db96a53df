#include "console.h"
#include "events.h"

volatile struct xencons_interface *console_page;
uint32_t console_port;

void console_open(void)
{
	shared_info();
	console_page = (void *)(hvm_param(HVM_PARAM_CONSOLE_PFN) * PAGE_SIZE);
	console_port = (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN);
}

void console_write(const char *text)
{
	while (*text) {
		uint32_t produced = console_page->out_prod;
		while (*text && produced - console_page->out_cons < sizeof console_page->out)
			console_page->out[MASK_XENCONS_IDX(produced++, console_page->out)] = *text++;
		__atomic_store_n(&console_page->out_prod, produced, __ATOMIC_SEQ_CST);
		event_send(console_port);
		if (*text)
			event_wait(console_port, 1000);
	}
}

int console_read(void)
{
	event_take(console_port);
	uint32_t consumed = console_page->in_cons;
	if (__atomic_load_n(&console_page->in_prod, __ATOMIC_SEQ_CST) == consumed)
		return -1;
	int byte = console_page->in[MASK_XENCONS_IDX(consumed, console_page->in)];
	__atomic_store_n(&console_page->in_cons, consumed + 1, __ATOMIC_SEQ_CST);
	event_send(console_port);
	return byte;
}
