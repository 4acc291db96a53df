/*
 * narrow: a 32-bit kernel, without paging, and all that it asks for in structures of 32-bit form. Those are Xen's headers' own,
 * for which this file is compiled; it stands alone, since what is in common/ is 64-bit code.
 */
#include <stddef.h>
#include <stdint.h>

#define __XEN_INTERFACE_VERSION__ 0x00040d00
#include <xen/xen.h>

#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

enum { PAGE = 4096, STUB = 32 };

__asm__(".section .note.Xen, \"a\", @note\n"
	".long 4, 4, 18\n" /* XEN_ELFNOTE_PHYS32_ENTRY */
	".asciz \"Xen\"\n"
	".long pvh_entry\n"
	".text\n"
	".globl pvh_entry\n"
	"pvh_entry: cli\n"
	"cld\n"
	"movl $stack_top, %esp\n"
	"call narrow_main\n"
	"1: hlt\n"
	"jmp 1b\n"
	".balign 16\n"
	".globl xen_hypercall_amd\n"
	"xen_hypercall_amd: vmmcall\n"
	"ret\n"
	".balign 16\n"
	".globl xen_hypercall_intel\n"
	"xen_hypercall_intel: vmcall\n"
	"ret\n"
	".bss\n"
	".balign 16\n"
	".fill 8192\n"
	"stack_top:\n"
	".text");

extern char xen_hypercall_amd[], xen_hypercall_intel[];

static char hypercall_page[PAGE] __attribute__((aligned(PAGE)));
static struct shared_info shared __attribute__((aligned(PAGE)));
static uint8_t from[PAGE] __attribute__((aligned(PAGE))), to[PAGE] __attribute__((aligned(PAGE)));
static grant_entry_v1_t grants[PAGE / sizeof(grant_entry_v1_t)] __attribute__((aligned(PAGE)));
static void *site;

static void print(const char *text)
{
	for (; *text; text++)
		__asm__ volatile("outb %0, $0xe9" : : "a"(*text));
}

static void print_line(const char *name, int32_t value)
{
	char digits[12], *at = digits + sizeof digits - 1;
	uint32_t rest = value < 0 ? -(uint32_t)value : (uint32_t)value;
	*at = 0;
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	print(name);
	print(value < 0 ? " -" : " ");
	print(at);
	print("\n");
}

static int32_t call_at(void *address, uint32_t number, uint32_t first, uint32_t second, uint32_t third)
{
	int32_t result;
	__asm__ volatile("call *%[address]"
			 : "=a"(result), "+b"(first), "+c"(second), "+d"(third)
			 : [address] "D"(address), "a"(number)
			 : "memory", "cc");
	return result;
}

static int32_t hypercall(uint32_t number, uint32_t first, const volatile void *second, uint32_t third)
{
	return call_at(site, number, first, (uint32_t)second, third);
}

static uint32_t frame_of(const volatile void *address)
{
	return (uint32_t)address / PAGE;
}

static void versions(void)
{
	static char text[XEN_EXTRAVERSION_LEN];
	print_line("version", hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0) >> 16);
	print_line("extraversion", hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, text, 0));
	print(text);
	print("\n");
	uint32_t words[2] = {0, 77};
	hypercall(__HYPERVISOR_xen_version, XENVER_platform_parameters, words, 0);
	print_line("platform-parameters-are-one-word", words[0] == ~0u && words[1] == 77);
}

/* Also makes the domain's shared structures 32-bit ones. */
static void ask_for_a_hypercall_page(void)
{
	uint32_t eax = 0x40000002, ebx, ecx = 0, edx;
	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	__asm__ volatile("wrmsr" : : "c"(ebx), "a"(hypercall_page), "d"(0) : "memory");
	void *stub = hypercall_page + __HYPERVISOR_xen_version * STUB;
	print_line("by-page", call_at(stub, __HYPERVISOR_xen_version, XENVER_pagesize, 0, 0));
}

static void memory(void)
{
	static struct {
		uint64_t address, size;
		uint32_t type;
	} __attribute__((packed)) entries[16];
	struct xen_memory_map map = {.nr_entries = 16};
	set_xen_guest_handle(map.buffer, entries);
	print_line("memory-map", hypercall(__HYPERVISOR_memory_op, XENMEM_memory_map, &map, 0));
	print_line("starts-at-0", map.nr_entries > 1 && entries[0].address == 0 && entries[0].type == 1);

	xen_pfn_t frames[] = {frame_of(from), frame_of(to)};
	struct xen_memory_reservation balloon = {.nr_extents = 2, .domid = DOMID_SELF};
	set_xen_guest_handle(balloon.extent_start, frames);
	print_line("decrease", hypercall(__HYPERVISOR_memory_op, XENMEM_decrease_reservation, &balloon, 0));
	print_line("populate", hypercall(__HYPERVISOR_memory_op, XENMEM_populate_physmap, &balloon, 0));
}

static void events(void)
{
	struct xen_add_to_physmap place = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info, .gpfn = frame_of(&shared)};
	print_line("shared-info", hypercall(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, &place, 0));
	print_line("wall-clock", shared.wc_sec > 1700000000u && shared.arch.wc_sec_hi == 0);
	print_line("time", shared.vcpu_info[0].time.tsc_to_system_mul != 0);

	evtchn_port_t port = 0;
	while (port < 100) {
		struct evtchn_bind_ipi ipi = {.vcpu = 0};
		if (hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_ipi, &ipi, 0) != 0)
			break;
		port = ipi.port;
	}
	struct evtchn_send send = {.port = port};
	print_line("send", hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, &send, 0));
	print_line("pending", shared.evtchn_pending[port / 32] == 1u << port % 32);
	print_line("selected", shared.vcpu_info[0].evtchn_pending_sel == 1u << port / 32);
	print_line("flagged", shared.vcpu_info[0].evtchn_upcall_pending);

	struct sched_poll poll = {.nr_ports = 1};
	set_xen_guest_handle(poll.ports, &port);
	print_line("poll", hypercall(__HYPERVISOR_sched_op, SCHEDOP_poll, &poll, 0));

	shared.evtchn_pending[port / 32] = 0;
	shared.vcpu_info[0].evtchn_pending_sel = 0;
	shared.evtchn_mask[port / 32] = 1u << port % 32;
	hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, &send, 0);
	print_line("masked", shared.vcpu_info[0].evtchn_pending_sel == 0);
	struct evtchn_unmask unmask = {.port = port};
	hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_unmask, &unmask, 0);
	print_line("unmasked", shared.evtchn_mask[port / 32] == 0 &&
				       shared.vcpu_info[0].evtchn_pending_sel == 1u << port / 32);
}

static void timers(void)
{
	struct evtchn_bind_virq virq = {.virq = VIRQ_TIMER, .vcpu = 0};
	hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_virq, &virq, 0);
	struct xen_hvm_get_time now = {0};
	hypercall(__HYPERVISOR_hvm_op, HVMOP_get_time, &now, 0);
	uint64_t soon = now.now + 1000000;
	print_line("set-timer", hypercall(__HYPERVISOR_set_timer_op, (uint32_t)soon, (void *)(uint32_t)(soon >> 32), 0));
	struct sched_poll poll = {.nr_ports = 1, .timeout = now.now + 20000000000ull};
	set_xen_guest_handle(poll.ports, &virq.port);
	hypercall(__HYPERVISOR_sched_op, SCHEDOP_poll, &poll, 0);
	while (!(shared.evtchn_pending[virq.port / 32] & 1u << virq.port % 32))
		hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0);
	hypercall(__HYPERVISOR_hvm_op, HVMOP_get_time, &now, 0);
	print_line("timer-fired", now.now >= soon);

	struct vcpu_runstate_info runstate[2] = {0};
	runstate[1].state = 77;
	print_line("runstate", hypercall(__HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, (uint32_t)runstate));
	print_line("running", runstate[0].state == RUNSTATE_running && runstate[0].time[RUNSTATE_running] > 0 &&
				      runstate[0].time[RUNSTATE_running] < now.now * 2);
	print_line("no-further", runstate[1].state == 77);
}

static void copies(void)
{
	struct xen_add_to_physmap place = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_grant_table, .gpfn = frame_of(grants)};
	hypercall(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, &place, 0);
	xen_pfn_t told = 0;
	struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = 1};
	set_xen_guest_handle(setup.frame_list, &told);
	hypercall(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table, &setup, 1);
	print_line("setup-table", setup.status == GNTST_okay && told == frame_of(grants));
	grants[9] = (grant_entry_v1_t){.flags = GTF_permit_access, .domid = DOMID_SELF, .frame = frame_of(from)};
	for (int i = 0; i < 16; i++)
		from[100 + i] = (uint8_t)(i + 1);
	struct gnttab_copy copy[2] = {
		{.source = {.u.gmfn = frame_of(from), .domid = DOMID_SELF, .offset = 100},
		 .dest = {.u.gmfn = frame_of(to), .domid = DOMID_SELF, .offset = 200},
		 .len = 16},
		{.source = {.u.gmfn = 0xfffff, .domid = DOMID_SELF},
		 .dest = {.u.gmfn = frame_of(to), .domid = DOMID_SELF},
		 .len = 16},
	};
	print_line("copy", hypercall(__HYPERVISOR_grant_table_op, GNTTABOP_copy, copy, 2));
	print_line("copied", copy[0].status == GNTST_okay && to[200] == 1 && to[215] == 16 && to[216] == 0);
	print_line("bad-copy", copy[1].status);
}

static void multicalls(void)
{
	struct multicall_entry entries[2] = {
		{.op = __HYPERVISOR_xen_version, .args = {XENVER_pagesize}},
		{.op = 63},
	};
	print_line("multicall", call_at(site, __HYPERVISOR_multicall, (uint32_t)entries, 2, 0));
	print_line("first", (int32_t)entries[0].result);
	print_line("second", (int32_t)entries[1].result);
}

void narrow_main(void);
void narrow_main(void)
{
	uint32_t eax = 0, ebx, ecx = 0, edx;
	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	site = ebx == 0x756e6547 /* "Genu" */ ? xen_hypercall_intel : xen_hypercall_amd;
	versions();
	ask_for_a_hypercall_page();
	memory();
	events();
	timers();
	copies();
	multicalls();
	print_line("nowhere", hypercall(__HYPERVISOR_memory_op, XENMEM_memory_map, (void *)0xfee00000, 0));
	struct sched_shutdown off = {.reason = SHUTDOWN_poweroff};
	hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, &off, 0);
}
