/*
 * grants: the grant table of this domain: its size and version, its frames, and a ring granted to Domain 0, by which the
 * second console (hvc1) is connected. Then grants that lie: another frame under Domain 0's hands, none, read-only, to
 * another domain, beyond the table. One "what value" a line; the console says "hello by a granted ring".
 */
#include "events.h"
#include "store.h"

#include <xen/io/xenbus.h>

enum { REF = 9, FRAMES = 2 };
static struct grant_entry_v1 table[FRAMES][PAGE_SIZE / sizeof(struct grant_entry_v1)] __attribute__((aligned(4096)));
static struct xencons_interface ring __attribute__((aligned(4096)));
static char rest[PAGE_SIZE] __attribute__((aligned(4096), used));

static char path[64], value[32];

static void write_number(const char *node, uint64_t number)
{
	text_add(text_add(path, "device/console/1/"), node);
	text_add_decimal(value, number);
	store_write(path, value);
}

static int backend_state(void)
{
	static char home[128];
	const char *backend = store_read("device/console/1/backend");
	if (!backend)
		return -1;
	text_add(text_add(home, backend), "/state");
	const char *state = store_read(home);
	return state ? state[0] - '0' : -1;
}

static int wait_for_state(int wanted)
{
	for (unsigned i = 0; i < 200 && backend_state() != wanted; i++)
		event_wait(store_port, 20);
	return backend_state();
}

static void grant(uint16_t flags, domid_t domain, uint32_t frame)
{
	table[0][REF] = (struct grant_entry_v1){.flags = flags, .domid = domain, .frame = frame};
}

/* Has Domain 0 try to connect; answers the state in which its end is then. */
static int connect(uint32_t ref, uint32_t port, int wanted)
{
	write_number("state", XenbusStateInitialising);
	wait_for_state(XenbusStateInitWait);
	write_number("ring-ref", ref);
	write_number("port", port);
	write_number("state", XenbusStateInitialised);
	return wait_for_state(wanted);
}

static void say(const char *text)
{
	uint32_t produced = ring.out_prod;
	while (*text)
		ring.out[MASK_XENCONS_IDX(produced++, ring.out)] = *text++;
	__atomic_store_n(&ring.out_prod, produced, __ATOMIC_SEQ_CST);
}

static void show_table(void)
{
	struct gnttab_query_size size = {.dom = DOMID_SELF};
	print_line("query-size", grant_op(GNTTABOP_query_size, &size, 1));
	print_line("query-size-status", size.status);
	print_line("frames-may-be", size.max_nr_frames);
	struct gnttab_query_size foreign = {.dom = 0};
	grant_op(GNTTABOP_query_size, &foreign, 1);
	print_line("query-size-of-another", foreign.status < 0);
	struct gnttab_get_version version = {.dom = DOMID_SELF};
	print_line("get-version", grant_op(GNTTABOP_get_version, &version, 1));
	print_line("version", version.version);
	struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = FRAMES};
	static xen_pfn_t list[FRAMES];
	set_xen_guest_handle(setup.frame_list, list);
	print_line("setup-table", grant_op(GNTTABOP_setup_table, &setup, 1));
	print_line("setup-table-status", setup.status);
	struct gnttab_setup_table large = {.dom = DOMID_SELF, .nr_frames = 0x7fffffff};
	print_line("setup-huge-table", grant_op(GNTTABOP_setup_table, &large, 1));
	print_line("setup-huge-table-status", large.status < 0);
	for (uint64_t i = 0; i < FRAMES; i++)
		print_line("place", add_to_physmap(XENMAPSPACE_grant_table, i, frame_of(table[i])));
	print_line("console-granted", table[0][GNTTAB_RESERVED_CONSOLE].flags == GTF_permit_access &&
					      table[0][GNTTAB_RESERVED_CONSOLE].frame == hvm_param(HVM_PARAM_CONSOLE_PFN));
	print_line("xenstore-granted", table[0][GNTTAB_RESERVED_XENSTORE].flags == GTF_permit_access &&
					       table[0][GNTTAB_RESERVED_XENSTORE].frame == hvm_param(HVM_PARAM_STORE_PFN));
}

static void show_ring(uint32_t port)
{
	grant(GTF_permit_access, 0, (uint32_t)frame_of(&ring));
	say("hello by a granted ring\n");
	print_line("connected", connect(REF, port, XenbusStateConnected));
	event_send(port);
	for (unsigned i = 0; i < 100 && ring.out_cons != ring.out_prod; i++)
		event_wait(port, 20);
	print_line("taken", ring.out_cons == ring.out_prod);
	print_line("in-use", (table[0][REF].flags & (GTF_reading | GTF_writing)) == (GTF_reading | GTF_writing));
	/* What Domain 0 has mapped stays what it has mapped. */
	table[0][REF].frame = 0xfffff;
	say("still\n");
	event_send(port);
	for (unsigned i = 0; i < 100 && ring.out_cons != ring.out_prod; i++)
		event_wait(port, 20);
	print_line("stays", ring.out_cons == ring.out_prod);
	write_number("state", XenbusStateClosed);
	wait_for_state(XenbusStateClosed);
	print_line("released", (table[0][REF].flags & (GTF_reading | GTF_writing)) == 0);
}

static void show_lies(uint32_t port)
{
	grant(0, 0, (uint32_t)frame_of(&ring));
	print_line("no-access", connect(REF, port, XenbusStateClosed));
	grant(GTF_permit_access | GTF_readonly, 0, (uint32_t)frame_of(&ring));
	print_line("read-only", connect(REF, port, XenbusStateClosed));
	grant(GTF_permit_access, 7, (uint32_t)frame_of(&ring));
	print_line("to-another", connect(REF, port, XenbusStateClosed));
	grant(GTF_permit_access, 0, 0xffffffff);
	print_line("frame-minus-one", connect(REF, port, XenbusStateClosed));
	grant(GTF_permit_access, 0, 0xfee00);
	print_line("local-apic", connect(REF, port, XenbusStateClosed));
	grant(GTF_accept_transfer, 0, (uint32_t)frame_of(&ring));
	print_line("transfer", connect(REF, port, XenbusStateClosed));
	print_line("beyond-the-table", connect(0x7fffffff, port, XenbusStateClosed));
	print_line("in-no-frame", connect(5000, port, XenbusStateClosed));
	grant(GTF_permit_access, 0, (uint32_t)frame_of(&ring));
	print_line("no-such-port", connect(REF, 4000, XenbusStateClosed));
	print_line("console's-port", connect(REF, (uint32_t)hvm_param(HVM_PARAM_CONSOLE_EVTCHN), XenbusStateClosed));
	ring.out_prod = ring.out_cons + 0x10000;
	connect(REF, port, XenbusStateClosed);
	print_line("ring-ahead", wait_for_state(XenbusStateClosed));
	ring.out_prod = ring.out_cons;
	print_line("again-at-last", connect(REF, port, XenbusStateConnected));
}

void guest_main(void)
{
	store_open();
	show_table();
	uint32_t port = (uint32_t)event_alloc_unbound(0);
	show_ring(port);
	show_lies(port);
	print("survived\n");
}
