/*
 * version: what a guest sees of its hypervisor, one "key value" a line: the
 * CPUID leaves behind the signature and each subfunction of xen_version.
 * (xen/include/public/arch-x86/cpuid.h, version.h)
 */
#include "guest.h"

static uint64_t ask(unsigned subfunction, void *answer)
{
	return (uint64_t)hypercall(HYPERVISOR_xen_version, subfunction, (uint64_t)answer, 0);
}

static void print_hex_line(const char *name, uint64_t value)
{
	print(name);
	print(" ");
	print_hex(value);
	print("\n");
}

static void print_text_line(const char *name, unsigned subfunction)
{
	static char text[1025];
	text[0] = 0;
	int64_t result = (int64_t)ask(subfunction, text);
	print(name);
	print(" ");
	if (result < 0)
		print_decimal(result);
	else
		print(text);
	print("\n");
}

static uint32_t find_leaves(char signature[13])
{
	for (uint32_t base = 0x40000000; base < 0x40010000; base += 0x100) {
		struct cpuid leaf = cpuid(base);
		__builtin_memcpy(signature, &leaf.ebx, 4);
		__builtin_memcpy(signature + 4, &leaf.ecx, 4);
		__builtin_memcpy(signature + 8, &leaf.edx, 4);
		signature[12] = 0;
		if (leaf.ebx == 0x566e6558 && leaf.ecx == 0x65584d4d && leaf.edx == 0x4d4d566e)
			return base;
	}
	return 0;
}

void guest_main(void)
{
	char signature[13];
	uint32_t base = find_leaves(signature);
	if (!base) {
		print("signature none\n");
		return;
	}
	struct cpuid features = cpuid(base + 4);
	print("signature ");
	print(signature);
	print("\n");
	print_hex_line("leaf-base", base);
	print_hex_line("leaf-last", cpuid(base).eax);
	print_hex_line("leaf-version", cpuid(base + 1).eax);
	print_hex_line("leaf-hypercall-msr", cpuid(base + 2).ebx);
	print_hex_line("leaf-features", features.eax);
	print_hex_line("leaf-vcpu", features.ebx);
	print_hex_line("leaf-domain", features.ecx);

	print_hex_line("version", ask(0, NULL));
	print_text_line("extraversion", 1);
	print_text_line("capabilities", 3);
	print_text_line("changeset", 4);
	uint64_t platform = 1;
	print_line("platform-parameters-result", (int64_t)ask(5, &platform));
	print_hex_line("platform-parameters", platform);
	struct {
		uint32_t index, bits;
	} submap = {0, 0};
	print_line("features-result", (int64_t)ask(6, &submap));
	print_hex_line("features", submap.bits);
	print_line("pagesize", (int64_t)ask(7, NULL));
	/* No such subfunction, no such hypercall: both are to answer -38, ENOSYS. */
	print_line("no-such-subfunction", (int64_t)ask(99, NULL));
	print_line("no-such-hypercall", hypercall(999, 0, 0, 0));
}
