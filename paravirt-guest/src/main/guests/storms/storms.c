/*
 * storms WHAT: more of everything than anybody needs, to Domain 0.
 *   events        5,000 to its ports and to its own, which all fill up
 *   console       60,000 bytes by the ring, and as much by the emergency console
 *   ring-ahead    a console and a xenstore ring whose producer is 2^31 ahead; both then connect anew, if they may
 *   lengths       xenstore messages whose length is negative, or beyond the ring, or never comes
 *   kinds         requests of every type and none, with payloads that are no text
 *   transactions  begun and never ended, up to the quota
 *   watches       likewise, on everything; then each is made to fire, and nothing is read
 *   nodes         likewise, large ones and deep ones
 * Ends with "survived".
 */
#include "console.h"
#include "events.h"
#include "store.h"

static struct store_reply reply;
static char payload[XENSTORE_PAYLOAD_MAX];

static void events(void)
{
	uint32_t store = (uint32_t)hvm_param(HVM_PARAM_STORE_EVTCHN);
	uint32_t console = (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN);
	uint32_t own = (uint32_t)event_bind_ipi(0);
	unsigned refused = 0;
	for (unsigned i = 0; i < 5000; i++)
		refused += event_send(i % 3 == 0 ? store : i % 3 == 1 ? console : own) != 0;
	print_line("refused", refused);
}

static void console(void)
{
	console_open();
	for (unsigned i = 0; i < sizeof payload - 1; i++)
		payload[i] = (char)('a' + i % 26);
	for (unsigned i = 0; i < 16; i++) {
		console_write(payload);
		hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, sizeof payload, (uint64_t)payload);
	}
	console_write("\nflooded\n");
}

static void ring_ahead(void)
{
	console_open();
	store_open();
	console_page->out_prod = console_page->out_cons + 0x80000000;
	event_send(console_port);
	store_page->req_prod = store_page->req_cons + 0x80000000;
	event_send(store_port);
	for (unsigned i = 0; i < 100 && !store_page->error; i++)
		event_wait(store_port, 100);
	print_line("xenstore-error", store_page->error);
	store_page->connection = XENSTORE_RECONNECT;
	event_send(store_port);
	for (unsigned i = 0; i < 100 && store_page->connection; i++)
		event_wait(store_port, 100);
	print_line("reconnected", store_page->connection == XENSTORE_CONNECTED);
	print_line("name", store_read("name") != NULL);
	event_send(console_port);
}

static void lengths(void)
{
	static const uint32_t lengths[] = {0xffffffff, 0x80000000, 0x7fffffff, XENSTORE_PAYLOAD_MAX + 1, 0x10000};
	for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct xsd_sockmsg header = {.type = XS_READ, .len = lengths[i]};
		store_put(&header, sizeof header);
		for (unsigned wait = 0; wait < 100 && !store_page->error; wait++)
			event_wait(store_port, 100);
		print_line("error", store_page->error);
		store_page->connection = XENSTORE_RECONNECT;
		event_send(store_port);
		for (unsigned wait = 0; wait < 100 && store_page->connection; wait++)
			event_wait(store_port, 100);
	}
	print_line("name", store_read("name") != NULL);
	struct xsd_sockmsg unfinished = {.type = XS_READ, .len = 4000};
	store_put(&unfinished, sizeof unfinished);
}

static void kinds(void)
{
	unsigned answered = 0;
	for (unsigned type = 0; type < 40; type++) {
		for (unsigned shape = 0; shape < 5; shape++) {
			static const unsigned sizes[] = {0, 1, 2, 64, 1000};
			for (unsigned i = 0; i < sizes[shape]; i++)
				payload[i] = (char)(shape == 3 ? 0xff : shape == 4 ? '/' : i * 37);
			store_ask(type, shape * 0x40000000, payload, sizes[shape], &reply);
			answered += reply.header.type != ~0u;
		}
	}
	print_line("answered", answered);
}

static unsigned until_refused(unsigned (*step)(unsigned), unsigned most)
{
	unsigned count = 0;
	while (count < most && step(count))
		count++;
	return count;
}

static unsigned begin(unsigned i)
{
	(void)i;
	return (unsigned)store_ask(XS_TRANSACTION_START, 0, "", 1, &reply);
}

static unsigned watch(unsigned i)
{
	char *end = text_add(payload, i % 2 ? "data" : "@releaseDomain") + 1;
	end = text_add_decimal(end, i) + 1;
	return (unsigned)store_ask(XS_WATCH, 0, payload, (uint32_t)(end - payload), &reply);
}

static unsigned node(unsigned i)
{
	char *end = text_add_decimal(text_add(payload, i % 2 ? "data/d/" : "data/e/"), i);
	if (i % 3 == 0)
		for (unsigned deep = 0; deep < 100; deep++)
			end = text_add(end, "/x");
	end++;
	for (unsigned value = 0; value < 1500; value++)
		*end++ = 'v';
	return (unsigned)store_ask(XS_WRITE, 0, payload, (uint32_t)(end - payload), &reply);
}

static void watches(void)
{
	unsigned count = until_refused(watch, 5000);
	print_line("watches", count);
	/* Now nothing that fires is taken from the ring: the answers of these are never read either. */
	for (unsigned i = 0; i < 400; i++) {
		char *end = text_add(payload, "data/fire") + 1;
		end = text_add_decimal(end, i);
		struct xsd_sockmsg header = {.type = XS_WRITE, .len = (uint32_t)(end - payload)};
		uint32_t produced = store_page->req_prod;
		if (XENSTORE_RING_SIZE - (produced - store_page->req_cons) < sizeof header + header.len)
			break;
		store_put(&header, sizeof header);
		store_put(payload, header.len);
	}
}

void guest_main(void)
{
	shared_info();
	if (command_line_has("events")) {
		events();
	} else if (command_line_has("console")) {
		console();
	} else if (command_line_has("ring-ahead")) {
		ring_ahead();
	} else {
		store_open();
		if (command_line_has("lengths"))
			lengths();
		else if (command_line_has("kinds"))
			kinds();
		else if (command_line_has("transactions"))
			print_line("transactions", until_refused(begin, 5000));
		else if (command_line_has("watches"))
			watches();
		else
			print_line("nodes", until_refused(node, 5000));
	}
	print("survived\n");
}
