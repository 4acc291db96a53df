/*
 * wild: hypercalls whose argument is no address of the guest's memory must be
 * answered with -14 (EFAULT) and harm nobody. One "call address result" a line;
 * the address "good" is the control, answered with 0.
 */
#include "guest.h"

enum { DOMID_SELF = 0x7ff0 };

/* Wide enough for what each call reads and writes there. */
union argument {
	uint8_t extraversion[16];
	struct {
		uint32_t submap_index, submap;
	} features;
	struct {
		uint16_t domain, remote_domain;
		uint32_t port;
	} unbound;
	struct {
		uint16_t domain, pad;
		uint32_t index;
		uint64_t value;
	} parameter;
};

static const struct call {
	const char *name;
	uint64_t number, subfunction;
	union argument argument;
} calls[] = {
	{"extraversion", HYPERVISOR_xen_version, 1, {{0}}}, /* writes only; the others read, then write */
	{"get-features", HYPERVISOR_xen_version, 6, {.features = {0, 0}}},
	{"evtchn-alloc-unbound", HYPERVISOR_event_channel_op, 6, {.unbound = {DOMID_SELF, 0, 0}}},
	{"hvm-get-param", HYPERVISOR_hvm_op, 1, {.parameter = {DOMID_SELF, 0, 1, 0}}},
};

/* RAM behind the image, where the pages below point. */
static const uint64_t spare = 2 * LARGE_PAGE;

static void ask(const char *address_name, uint64_t address)
{
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		*(volatile union argument *)spare = calls[i].argument;
		print(calls[i].name);
		print(" ");
		print_line(address_name, hypercall(calls[i].number, calls[i].subfunction, address, 0));
	}
}

void guest_main(void)
{
	window_map(0, spare, PAGE_WRITABLE);
	window_map(2, spare, PAGE_READ_ONLY);
	window_map(3, 0xff00000000, PAGE_WRITABLE);

	ask("good", WINDOW);
	ask("not-present", WINDOW + LARGE_PAGE);
	ask("no-page-table", 0x4000000000);
	ask("straddling", WINDOW + LARGE_PAGE - 2);
	ask("read-only", WINDOW + 2 * LARGE_PAGE);
	ask("beyond-memory", WINDOW + 3 * LARGE_PAGE);
	ask("lapic", 0xfee00000);
	ask("hole", 0xfed00000);
	ask("non-canonical", 0x0000800000000000);
	ask("non-canonical-high", 0xdead000000000000);
	ask("last-byte", 0xffffffffffffffff);
	print("survived\n");
}
