package dev.lodge.vmm.hypercall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.memory.GuestCopy;
import dev.lodge.vmm.memory.TestPaging;
import dev.lodge.vmm.memory.TestTables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A domain, of two vCPUs if nothing else is said, whose kernel runs in 64-bit mode, and the hypercalls that it makes. */
final class HypercallFixture {

    /** 16 pages that the guest may write. */
    static final long ARG = 0xffff_c900_0000_0000L;

    /** The same, where 32-bit code can address them. */
    static final long LOW_ARG = 0x4000_0000L;

    /** A page that the guest may only read. */
    static final long READ_ONLY = ARG + 0x10_0000;

    /** Where nothing is mapped. */
    static final long UNMAPPED = ARG + 0x20_0000;

    /** A page where there is no RAM: a device's registers. */
    static final long MMIO = ARG + 0x30_0000;

    static final long NON_CANONICAL = 0x8000_0000_0000_0000L;

    /** Where structures cannot be read from. */
    static final long[] UNREADABLE = {UNMAPPED, MMIO, NON_CANONICAL, -1, ARG + 0xfffe};

    private static final long ARG_PHYSICAL = 0x4_0000;

    final FakeDomain domain;
    final Caller caller;
    final MemorySegment memory;
    private final HypercallTable table = new HypercallTable();

    HypercallFixture() {
        this(2);
    }

    HypercallFixture(int vcpus) {
        domain = new FakeDomain(vcpus);
        memory = domain.ram.asSlice(ARG_PHYSICAL, 0x1_0000);
        caller = caller(0);
        TestTables tables = new TestTables(domain.ram, 4, 0x1_0000);
        for (long page = 0; page < 0x1_0000; page += 0x1000) {
            tables.map(ARG + page, ARG_PHYSICAL + page);
            tables.map(LOW_ARG + page, ARG_PHYSICAL + page);
        }
        tables.map(READ_ONLY, ARG_PHYSICAL, 0, TestTables.PRESENT);
        tables.map(MMIO, 0xfee0_0000L);
    }

    Caller caller(int vcpu) {
        GuestCopy guest = new GuestCopy(domain.memory(), TestPaging.longMode(0x1_0000));
        return new Caller(domain, vcpu, guest, Arena.ofAuto().allocate(4096, 8));
    }

    long call(int number, long... arguments) {
        long[] all = java.util.Arrays.copyOf(arguments, 5);
        return table.call(caller, number, all[0], all[1], all[2], all[3], all[4]);
    }

    long callBy(Caller who, int number, long a1, long a2, long a3) {
        return table.call(who, number, a1, a2, a3, 0, 0);
    }

    /** Makes any call at all; there are five arguments. */
    long callBy(Caller who, long number, long[] arguments) {
        return table.call(who, number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
    }

    /** Writes 32-bit fields from the start of the argument. */
    long put32(int... values) {
        for (int i = 0; i < values.length; i++) {
            memory.set(ValueLayout.JAVA_INT, i * 4L, values[i]);
        }
        return ARG;
    }

    /** Writes 64-bit fields from an offset on; the address of the first. */
    long put64(int offset, long... values) {
        for (int i = 0; i < values.length; i++) {
            memory.set(ValueLayout.JAVA_LONG, offset + i * 8L, values[i]);
        }
        return ARG + offset;
    }

    int get32(int offset) {
        return memory.get(ValueLayout.JAVA_INT, offset);
    }

    long get64(int offset) {
        return memory.get(ValueLayout.JAVA_LONG, offset);
    }

    int get16(int offset) {
        return memory.get(ValueLayout.JAVA_SHORT, offset);
    }

    /** The text at an offset, up to its NUL. */
    String text(int offset) {
        return memory.getString(offset);
    }

    /** Asserts that an operation which reads its argument answers EFAULT wherever it cannot. */
    void assertFaultsOnBadPointers(int number, int command) {
        for (long address : UNREADABLE) {
            assertEquals(
                    -XenErrno.EFAULT,
                    call(number, command, address, 1),
                    () -> "operation " + command + " at 0x" + Long.toHexString(address));
        }
    }
}
