/*
 * calls [page]: each hypercall's normal answer, by its number from 0 on, then those of each sub-operation that a guest
 * may ask. With "page", every call goes through the hypercall page that the guest asks for by CPUID's MSR; where that
 * cannot be had it says "no-page". One "name value" a line.
 */
#include "events.h"
#include "interrupts.h"

enum { HIGHEST = 64, MSR_LEAF = 0x40000002, STUB = 32 };
static char stubs[PAGE_SIZE] __attribute__((aligned(4096)));
static int by_page;

static int64_t call(uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3)
{
	if (!by_page)
		return hypercall(number, a1, a2, a3);
	int64_t result;
	register uint64_t r10 __asm__("r10") = 0;
	register uint64_t r8 __asm__("r8") = 0;
	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10), "+r"(r8)
			 : [stub] "r"(stubs + number * STUB)
			 : "memory", "cc", "rcx", "r9", "r11");
	return result;
}

static void show(const char *name, uint64_t number, uint64_t a1, const volatile void *a2, uint64_t a3)
{
	print_line(name, call(number, a1, (uint64_t)a2, a3));
}

/* Commands that end or stop the guest are not among them: 0 with no arguments is harmless to each. */
static void show_numbers(void)
{
	for (uint64_t number = 0; number < HIGHEST; number++) {
		if (number == __HYPERVISOR_iret || number == __HYPERVISOR_sched_op_compat)
			continue; /* the first is no call, the second shuts down with these arguments */
		print("hypercall ");
		print_decimal((int64_t)number);
		print_line("", call(number, 0, 0, 0));
	}
}

static void show_version(void)
{
	static char text[1024];
	show("xenver-version", __HYPERVISOR_xen_version, XENVER_version, NULL, 0);
	show("xenver-extraversion", __HYPERVISOR_xen_version, XENVER_extraversion, text, 0);
	show("xenver-compile-info", __HYPERVISOR_xen_version, XENVER_compile_info, text, 0);
	show("xenver-capabilities", __HYPERVISOR_xen_version, XENVER_capabilities, text, 0);
	show("xenver-changeset", __HYPERVISOR_xen_version, XENVER_changeset, text, 0);
	show("xenver-guest-handle", __HYPERVISOR_xen_version, XENVER_guest_handle, text, 0);
	show("xenver-commandline", __HYPERVISOR_xen_version, XENVER_commandline, text, 0);
	show("xenver-build-id", __HYPERVISOR_xen_version, XENVER_build_id, NULL, 0);
	show("xenver-pagesize", __HYPERVISOR_xen_version, XENVER_pagesize, NULL, 0);
}

static void show_memory(void)
{
	domid_t self = DOMID_SELF, other = 0;
	static struct e820_entry { uint64_t address, size; uint32_t type; } __attribute__((packed)) entries[32];
	struct xen_memory_map map = {.nr_entries = 32};
	set_xen_guest_handle(map.buffer, entries);
	show("memory-map", __HYPERVISOR_memory_op, XENMEM_memory_map, &map, 0);
	print_line("memory-map-entries", map.nr_entries > 2 && map.nr_entries < 32);
	struct xen_memory_map tight = map;
	tight.nr_entries = 1;
	show("memory-map-tight", __HYPERVISOR_memory_op, XENMEM_memory_map, &tight, 0);
	int64_t frames = call(__HYPERVISOR_memory_op, XENMEM_current_reservation, (uint64_t)&self, 0);
	print_line("current-reservation", frames > 4096);
	print_line("maximum-reservation", call(__HYPERVISOR_memory_op, XENMEM_maximum_reservation, (uint64_t)&self, 0) >= frames);
	show("reservation-of-another", __HYPERVISOR_memory_op, XENMEM_current_reservation, &other, 0);
	struct xen_add_to_physmap nowhere = {.domid = DOMID_SELF, .space = 99};
	show("add-to-physmap-of-no-space", __HYPERVISOR_memory_op, XENMEM_add_to_physmap, &nowhere, 0);
}

static void show_others(void)
{
	static char text[] = "from-console-io\n";
	struct vcpu_runstate_info runstate = {.state = 99};
	show("console-io-write", __HYPERVISOR_console_io, CONSOLEIO_write, (void *)(sizeof text - 1), (uint64_t)text);
	show("console-io-read", __HYPERVISOR_console_io, CONSOLEIO_read, NULL, 0);
	show("yield", __HYPERVISOR_sched_op, SCHEDOP_yield, NULL, 0);
	show("is-up", __HYPERVISOR_vcpu_op, VCPUOP_is_up, 0, 0);
	show("runstate", __HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, (uint64_t)&runstate);
	print_line("running", runstate.state == RUNSTATE_running && runstate.time[RUNSTATE_running] > 0);
	struct multicall_entry list[] = {
		{.op = __HYPERVISOR_xen_version, .args = {XENVER_pagesize}},
		{.op = 999},
		{.op = __HYPERVISOR_xen_version, .args = {XENVER_version}},
	};
	show("multicall", __HYPERVISOR_multicall, (uint64_t)list, (void *)3, 0);
	print_line("multicall-first", (int64_t)list[0].result);
	print_line("multicall-second", (int64_t)list[1].result);
	print_line("multicall-third", (int64_t)list[2].result == call(__HYPERVISOR_xen_version, XENVER_version, 0, 0));
}

void guest_main(void)
{
	interrupts_load();
	if (command_line_has("page")) {
		by_page = try_wrmsr(cpuid(MSR_LEAF).ebx, (uint64_t)stubs) && stubs[0];
		if (!by_page) {
			print("no-page 1\n");
			return;
		}
	}
	show_numbers();
	show_version();
	show_memory();
	show_others();
	print("done\n");
}
