/*
 * compatibility: hypercalls of 32-bit code in a 64-bit kernel's compatibility mode. Their arguments come in ebx, ecx and edx, of
 * registers' lower halves alone, and results are of 32 bits. The kernel's own structures stay of 64 bits.
 */
#include "xen.h"

enum { CODE_64 = 8, CODE_32 = 24 }; /* the selectors of entry.S */

static char text[XEN_EXTRAVERSION_LEN + 8];

static uint32_t narrow_hypercall(uint32_t number, uint32_t first, void *second)
{
	uint64_t result = (uint64_t)number | 0xbadull << 32;
	__asm__ volatile("pushq %[code32]\n"
			 "leaq 1f(%%rip), %%r9\n"
			 "pushq %%r9\n"
			 "lretq\n"
			 "1: .code32\n"
			 "call *%%edx\n"
			 "ljmp %[code64], $2f\n"
			 "2: .code64"
			 : "+a"(result), "+d"(hypercall_site)
			 : [code32] "i"(CODE_32), [code64] "i"(CODE_64), "b"((uint64_t)first | 0xbadull << 32),
			   "c"((uint64_t)second | 0xbadull << 32)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return (uint32_t)result;
}

void guest_main(void)
{
	print_line("extraversion", (int32_t)narrow_hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, text));
	print(text);
	print("\n");
	struct xen_platform_parameters parameters = {.virt_start = 0x1111111111111111ull};
	narrow_hypercall(__HYPERVISOR_xen_version, XENVER_platform_parameters, &parameters);
	print_line("platform-parameters-are-one-word", parameters.virt_start == 0x11111111ffffffffull);
	print_line("strange", (int32_t)narrow_hypercall(63, 0, 0));
	print_line("nowhere",
		   (int32_t)narrow_hypercall(__HYPERVISOR_xen_version, XENVER_extraversion, (void *)0xfee00000));

	static struct shared_info shared __attribute__((aligned(4096)));
	add_to_physmap(XENMAPSPACE_shared_info, 0, frame_of(&shared));
	struct evtchn_bind_ipi ipi = {.vcpu = 0};
	event_op(EVTCHNOP_bind_ipi, &ipi);
	struct evtchn_send send = {.port = ipi.port};
	print_line("send", (int32_t)narrow_hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, &send));
	print_line("pending-where-64-bit-code-looks", shared.vcpu_info[0].evtchn_pending_sel == 1 &&
							      shared.evtchn_pending[0] == 1ull << ipi.port);
}
