/*
 * race WHAT: a structure that one CPU changes all the time while the monitor reads it for the other (double fetch).
 * Whatever is answered, nobody else may be harmed. Ends with how often the calls went well or not, and "survived".
 *   port      of EVTCHNOP_send and _status, between one that is bound and 2^31      poll    number and list of ports
 *   frame     of add_to_physmap, between RAM and none                                tables  the page table of an argument
 *   console   the producer's index, between true and impossible                      store   likewise, and a length
 *   multicall the operation, between one that is harmless and a multicall
 */
#include "console.h"
#include "cpus.h"
#include "events.h"
#include "lapic.h"
#include "pages.h"
#include "store.h"

enum { ROUNDS = 3000 };

static volatile uint64_t *field;
static uint64_t one, other;
static int narrow;
static volatile int flipping, stop;

static void flip(unsigned cpu)
{
	(void)cpu;
	flipping = 1;
	while (!stop) {
		if (narrow) {
			*(volatile uint32_t *)field = (uint32_t)one;
			*(volatile uint32_t *)field = (uint32_t)other;
		} else {
			*field = one;
			*field = other;
		}
	}
	flipping = 0;
}

static void begin(volatile void *where, uint64_t first, uint64_t second, int is_narrow)
{
	field = where;
	one = first;
	other = second;
	narrow = is_narrow;
	cpu_start(1, flip);
	while (!flipping)
		cpu_pause();
}

static void end(unsigned well)
{
	stop = 1;
	while (flipping)
		cpu_pause();
	print_line("went-well", well);
	print_line("refused", ROUNDS - well);
}

static void race_port(void)
{
	static struct evtchn_status status = {.dom = DOMID_SELF};
	uint32_t port = (uint32_t)event_bind_ipi(0);
	unsigned well = 0;
	begin(&status.port, port, 0x80000000, 1);
	for (unsigned i = 0; i < ROUNDS; i++)
		well += event_op(i & 1 ? EVTCHNOP_status : EVTCHNOP_send, i & 1 ? (void *)&status : (void *)&status.port) == 0;
	end(well);
}

static void race_poll(void)
{
	static struct sched_poll poll = {.timeout = 1};
	static evtchn_port_t ports[256];
	unsigned well = 0;
	for (unsigned i = 0; i < 256; i++)
		ports[i] = i < 128 ? 1 : ~0u;
	set_xen_guest_handle(poll.ports, ports);
	begin(&poll.nr_ports, 100, 0xffffffff, 1);
	for (unsigned i = 0; i < ROUNDS; i++)
		well += sched_op(SCHEDOP_poll, &poll) == 0;
	end(well);
}

static void race_frame(void)
{
	static struct xen_add_to_physmap request = {.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info};
	unsigned well = 0;
	begin(&request.gpfn, frame_of(shared_info()), ~0ull, 0);
	for (unsigned i = 0; i < ROUNDS; i++)
		well += memory_op(XENMEM_add_to_physmap, &request) == 0;
	end(well);
}

static void race_tables(void)
{
	static struct xen_hvm_param page[64] __attribute__((aligned(4096)));
	uint64_t entry = (uint64_t)page | PRESENT | WRITABLE;
	char *address = page_map_one(0, 0, entry);
	unsigned well = 0;
	begin(&page_table_of_slot(0)[0], entry, 0x4000000000 | PRESENT | WRITABLE, 0);
	page[0] = (struct xen_hvm_param){.domid = DOMID_SELF, .index = HVM_PARAM_STORE_PFN};
	for (unsigned i = 0; i < ROUNDS; i++)
		well += hvm_op(HVMOP_get_param, address) == 0;
	end(well);
}

static void race_console(void)
{
	console_open();
	begin(&console_page->out_prod, console_page->out_prod, 0xdeadbeef, 1);
	for (unsigned i = 0; i < ROUNDS; i++)
		event_send(console_port);
	end(ROUNDS);
}

static void race_store(void)
{
	store_open();
	struct xsd_sockmsg header = {.type = XS_READ, .len = 5};
	__builtin_memcpy((void *)store_page->req, &header, sizeof header);
	begin(&store_page->req_prod, sizeof header, 0x7fffffff, 1);
	for (unsigned i = 0; i < ROUNDS; i++)
		event_send(store_port);
	end(ROUNDS);
}

static void race_multicall(void)
{
	static struct multicall_entry list[2];
	unsigned well = 0;
	list[0].args[0] = XENVER_pagesize;
	begin(&list[0].op, __HYPERVISOR_xen_version, __HYPERVISOR_multicall, 0);
	for (unsigned i = 0; i < ROUNDS; i++)
		well += hypercall(__HYPERVISOR_multicall, (uint64_t)list, 1, 0) == 0 && (int64_t)list[0].result >= 0;
	end(well);
}

void guest_main(void)
{
	lapic_enable(0);
	if (command_line_has("port"))
		race_port();
	else if (command_line_has("poll"))
		race_poll();
	else if (command_line_has("frame"))
		race_frame();
	else if (command_line_has("tables"))
		race_tables();
	else if (command_line_has("console"))
		race_console();
	else if (command_line_has("store"))
		race_store();
	else
		race_multicall();
	print("survived\n");
}
