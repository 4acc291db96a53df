/* hypercalls [COUNT]: COUNT (default 10000) times the hypercall that does least of those
   that KVM leaves to Domain 0, XENVER_pagesize. */
#include "guest.h"

void guest_main(void)
{
	enum { XENVER_pagesize = 7 };
	uint64_t count = count_from_command_line(10000);
	while (count--)
		hypercall(HYPERVISOR_xen_version, XENVER_pagesize, 0, 0);
}
