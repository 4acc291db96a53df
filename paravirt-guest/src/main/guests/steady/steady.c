/*
 * steady: a well-behaved neighbour of those that attack. For each line that comes by its console it looks at all that it
 * has of the monitor: a hypercall, a timer, its part of xenstore, an event channel, the memory that it filled at first;
 * and answers "well" and the line, or what is wrong. Asleep meanwhile.
 */
#include "console.h"
#include "events.h"
#include "store.h"

enum { WORDS = 16384 };
static uint64_t filled[WORDS];
static char line[128];

static uint64_t pattern(uint64_t i)
{
	return i * 0x9e3779b97f4a7c15 ^ 0x10d6e;
}

static const char *look(void)
{
	if (hypercall(__HYPERVISOR_xen_version, XENVER_pagesize, 0, 0) != (int64_t)PAGE_SIZE)
		return "hypercall";
	static uint32_t timer, loop;
	if (!timer) {
		timer = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
		loop = (uint32_t)event_bind_ipi(0);
	}
	hypercall(__HYPERVISOR_set_timer_op, system_time() + 1000000, 0, 0);
	if (!event_wait(timer, 60000))
		return "timer";
	event_send(loop);
	if (!event_take(loop))
		return "event";
	if (!store_write("data/steady", line))
		return "xenstore-write";
	const char *found = store_read("data/steady");
	for (size_t i = 0; found && (i == 0 || line[i - 1]); i++)
		if (line[i] != found[i])
			return "xenstore-value";
	if (!found)
		return "xenstore-read";
	for (uint64_t i = 0; i < WORDS; i++)
		if (filled[i] != pattern(i))
			return "memory";
	return "well";
}

static void read_line(void)
{
	size_t length = 0;
	for (;;) {
		int byte = console_read();
		if (byte < 0)
			event_wait(console_port, 1000);
		else if (byte == '\n')
			break;
		else if (length < sizeof line - 1)
			line[length++] = (char)byte;
	}
	line[length] = 0;
}

void guest_main(void)
{
	console_open();
	store_open();
	for (uint64_t i = 0; i < WORDS; i++)
		filled[i] = pattern(i);
	console_write("ready\n");
	for (;;) {
		read_line();
		console_write(look());
		console_write(" ");
		console_write(line);
		console_write("\n");
	}
}
