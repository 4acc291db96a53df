package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestAddress;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The hypercall page of guests that ask for one, where KVM does not know Xen: 128 stubs of 32 bytes, each loading its
 * number and writing to the port that stands for a hypercall ({@code xen/include/public/arch-x86/cpuid.h}, leaf 3).
 *
 * <pre>
 *   b8 NR 00 00 00   mov $NR, %eax
 *   e7 PORT          out %eax, $PORT
 *   c3               ret
 * </pre>
 */
final class HypercallPage {

    /** The MSR by which a guest asks, as CPUID names it: its value is the page's address. */
    static final int MSR = 0x4000_0000;

    private static final int STUBS = 128;
    private static final int STUB_SIZE = 32;
    private static final byte INT3 = (byte) 0xcc;
    private static final int IRET = 23; // __HYPERVISOR_iret: never returns, so it has no stub

    private final GuestRam memory;

    HypercallPage(GuestRam memory) {
        this.memory = memory;
    }

    /**
     * Fills the page.
     *
     * @param value what the guest wrote to the MSR: an address, in the low 12 bits the number of the page, of which
     *     there is one
     * @return 0, or {@code -EINVAL}
     */
    int write(long value) {
        long address = value & -FrameNumber.FRAME_SIZE;
        if (address != value || !memory.contains(address, FrameNumber.FRAME_SIZE)) {
            return -EINVAL;
        }
        MemorySegment page = memory.slice(new GuestAddress(address), FrameNumber.FRAME_SIZE);
        page.fill(INT3);
        for (int number = 0; number < STUBS; number++) {
            if (number != IRET) {
                long stub = (long) number * STUB_SIZE;
                page.set(ValueLayout.JAVA_BYTE, stub, (byte) 0xb8);
                page.set(ValueLayout.JAVA_INT_UNALIGNED, stub + 1, number);
                page.set(ValueLayout.JAVA_BYTE, stub + 5, (byte) 0xe7);
                page.set(ValueLayout.JAVA_BYTE, stub + 6, (byte) Ports.HYPERCALL);
                page.set(ValueLayout.JAVA_BYTE, stub + 7, (byte) 0xc3);
            }
        }
        return 0;
    }
}
