/*
 * placements WHERE: has Xen's frames appear where they must not be: shared_info on this image's page tables, its code,
 * the rings, the local APIC, in no RAM, at frame -1; grant frames likewise; vcpu_info at odd offsets and across pages; a
 * port whose ring page is another's. What only spoils the guest itself is granted to it. One "what value" a line.
 */
#include "console.h"
#include "events.h"
#include "pages.h"

extern char pvh_entry[];

static void place(const char *what, uint64_t frame)
{
	print_line(what, add_to_physmap(XENMAPSPACE_shared_info, 0, frame));
}

static void grant(const char *what, uint64_t index, uint64_t frame)
{
	print_line(what, add_to_physmap(XENMAPSPACE_grant_table, index, frame));
}

static void vcpu_info(const char *what, uint64_t frame, uint32_t offset)
{
	struct vcpu_register_vcpu_info request = {.mfn = frame, .offset = offset};
	print_line(what, vcpu_op(VCPUOP_register_vcpu_info, 0, &request));
}

static void nowhere(void)
{
	place("frame-minus-one", ~0ull);
	place("frame-2-52", 1ull << 52);
	place("frame-2-51", 1ull << 51);
	place("frame-2-40", 1ull << 40);
	place("frame-2-36", 1ull << 36);
	place("frame-2-34-less-1", (1ull << 34) - 1);
	place("lapic", 0xfee00);
	place("lapic-other", 0xfeeff);
	place("tss", 0xfffbd);
	place("io-apic", 0xfec00);
	place("last-below-4g", 0xfffff);
	grant("grant-minus-one", 0, ~0ull);
	grant("grant-index-minus-one", ~0ull, 0x2000);
	grant("grant-index-2-32", 1ull << 32, 0x2000);
	grant("grant-index-status", 1ull << 31, 0x2000);
	grant("grant-lapic", 0, 0xfee00);
	vcpu_info("info-frame-minus-one", ~0ull, 0);
	vcpu_info("info-frame-2-52", 1ull << 52, 0);
	vcpu_info("info-no-ram", 0xfed00, 0);
	vcpu_info("info-lapic", 0xfee00, 0);
	vcpu_info("info-odd", frame_of(pvh_entry), 1);
	vcpu_info("info-across", frame_of(pvh_entry), PAGE_SIZE - 8);
	vcpu_info("info-beyond", frame_of(pvh_entry), PAGE_SIZE);
	vcpu_info("info-minus-one", frame_of(pvh_entry), 0xffffffff);
	print("survived\n");
}

/* More places than any guest needs, each another frame where there was none: the answer must become a refusal. */
static void everywhere(void)
{
	uint64_t granted = 0;
	for (uint64_t frame = 0; frame < 3000; frame++)
		granted += add_to_physmap(XENMAPSPACE_shared_info, 0, 0x200000 + frame * 3) == 0;
	print_line("bounded", granted < 1000);
	print("survived\n");
}

/* Everything in one page, then used. */
static void together(void)
{
	console_open();
	uint64_t frame = frame_of(console_page);
	place("shared-info-on-console", frame);
	grant("grants-on-console", 0, frame);
	grant("grants-on-console-too", 1, frame);
	vcpu_info("info-on-console", frame, 0);
	uint32_t store = (uint32_t)hvm_param(HVM_PARAM_STORE_EVTCHN);
	place("shared-info-on-store", hvm_param(HVM_PARAM_STORE_PFN));
	for (int i = 0; i < 100; i++) {
		event_send(console_port);
		event_send(store);
	}
	print("survived\n");
}

/* Two ports that say to be one ring's: Domain 0 has bound one, and no second becomes it. */
static void shared_ring(void)
{
	console_open();
	int64_t second = event_alloc_unbound(0);
	console_write("one\n");
	event_send((uint32_t)second);
	print_line("bind-rings-port", event_bind_interdomain(0, console_port));
	event_close(console_port);
	event_send(console_port);
	print_line("again", event_alloc_unbound(0) > 0);
	console_page->out_prod += 3;
	event_send((uint32_t)second);
	print("survived\n");
}

void guest_main(void)
{
	if (command_line_has("page-tables"))
		place("root", frame_of(page_map));
	else if (command_line_has("code"))
		place("code", frame_of(pvh_entry));
	else if (command_line_has("grants-on-tables"))
		grant("root", 1, frame_of(page_map));
	else if (command_line_has("together"))
		together();
	else if (command_line_has("everywhere"))
		everywhere();
	else if (command_line_has("shared-ring"))
		shared_ring();
	else
		nowhere();
	page_flush_all();
	print("goes on\n");
}
