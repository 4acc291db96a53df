/* hypercalls [COUNT]: COUNT (default 10000) times the hypercall that does least, XENVER_version. */
#include "guest.h"

void guest_main(void)
{
	enum { XENVER_version = 0 };
	uint64_t count = count_from_command_line(10000);
	while (count--)
		hypercall(HYPERVISOR_xen_version, XENVER_version, 0, 0);
}
