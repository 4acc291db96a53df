/* Xen's public headers (Debian's libxen-dev), and each hypercall as a function. */
#ifndef LODGE_GUEST_XEN_H
#define LODGE_GUEST_XEN_H

#include "guest.h"

#define __XEN_INTERFACE_VERSION__ 0x00040d00
#include <xen/xen.h>

#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#define PAGE_SIZE 4096ull
#define ERROR(errno) (-(int64_t)(errno))
enum { EPERM = 1, ENOENT = 2, ESRCH = 3, ENXIO = 6, EFAULT = 14, EEXIST = 17, EINVAL = 22, ENOSPC = 28, ENOSYS = 38 };

static inline int64_t event_op(unsigned command, void *argument)
{
	return hypercall(__HYPERVISOR_event_channel_op, command, (uint64_t)argument, 0);
}

static inline int64_t grant_op(unsigned command, void *argument, unsigned count)
{
	return hypercall(__HYPERVISOR_grant_table_op, command, (uint64_t)argument, count);
}

static inline int64_t memory_op(unsigned command, void *argument)
{
	return hypercall(__HYPERVISOR_memory_op, command, (uint64_t)argument, 0);
}

static inline int64_t hvm_op(unsigned command, void *argument)
{
	return hypercall(__HYPERVISOR_hvm_op, command, (uint64_t)argument, 0);
}

static inline int64_t sched_op(unsigned command, void *argument)
{
	return hypercall(__HYPERVISOR_sched_op, command, (uint64_t)argument, 0);
}

static inline int64_t vcpu_op(unsigned command, uint64_t vcpu, void *argument)
{
	return hypercall(__HYPERVISOR_vcpu_op, command, vcpu, (uint64_t)argument);
}

static inline uint64_t frame_of(const volatile void *address)
{
	return (uint64_t)address / PAGE_SIZE;
}

/* Has one of Xen's frames appear at an address, which must be a page of its own. */
static inline int64_t add_to_physmap(unsigned space, uint64_t index, uint64_t frame)
{
	struct xen_add_to_physmap request = {.domid = DOMID_SELF, .space = space, .idx = index, .gpfn = frame};
	return memory_op(XENMEM_add_to_physmap, &request);
}

/* A parameter of the domain; one that cannot be read is 0. */
static inline uint64_t hvm_param(unsigned index)
{
	struct xen_hvm_param request = {.domid = DOMID_SELF, .index = index};
	return hvm_op(HVMOP_get_param, &request) == 0 ? request.value : 0;
}

/* System time in ns. */
static inline uint64_t system_time(void)
{
	struct xen_hvm_get_time request = {0};
	hvm_op(HVMOP_get_time, &request);
	return request.now;
}

#endif
