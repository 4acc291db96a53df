package dev.lodge.vmm.hypercall;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import dev.lodge.fuzz.Preload;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.HypercallNumber;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A guest that makes any hypercalls in any order, from two vCPUs. Each input is a sequence of stores into the guest's memory
 * and of calls, of 64-bit or of 32-bit code, with arguments that are small, or point somewhere, or are anything.
 */
public final class HypercallFuzzer {

    private static final int WRITE = 0;
    private static final int WRITE_POINTER = 1;
    private static final int CALLS = 2;

    /** What one input may allocate beyond the domain itself: descriptions of what the fake was asked, mostly. */
    private static final long HEAP = 64 << 20;

    /** Errors that Xen has are all below this (errno.h of xen/include/public). */
    private static final long LARGEST_ERRNO = 4095;

    static {
        Preload.everythingBeside(FrameNumber.class);
        Preload.everythingBeside(HypercallTable.class);
        Preload.everythingBeside(HypercallFixture.class);
    }

    private HypercallFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Claim.allocatesAtMost(HEAP, () -> run(new Input(bytes)));
    }

    private static void run(Input input) {
        HypercallFixture guest = new HypercallFixture();
        Caller[] callers = {guest.caller, guest.caller(1)};
        // A vCPU that shall stop is interrupted; so nothing waits for events that nobody will send.
        Thread.currentThread().interrupt();
        try {
            while (input.hasMore() && !guest.domain.isEnding()) {
                step(input, guest, callers);
                guest.domain.interrupts.clear();
            }
        } catch (GuestFault fault) {
            require(fault.getMessage() != null, "a fault without a word");
        } finally {
            boolean wasInterrupted = Thread.interrupted();
            require(wasInterrupted, "a call swallowed that its vCPU shall stop");
        }
    }

    private static void step(Input input, HypercallFixture guest, Caller[] callers) {
        int action = input.u8();
        switch (action % 4) {
            case WRITE -> {
                int offset = input.u16();
                byte[] data = input.bytes(action >>> 2);
                int room = (int) Math.min(data.length, guest.memory.byteSize() - offset);
                MemorySegment.copy(data, 0, guest.memory, ValueLayout.JAVA_BYTE, offset, room);
            }
            case WRITE_POINTER -> {
                int offset = input.u16() & 0xfff8;
                guest.memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, argument(input));
            }
            default -> {
                int number = input.u8();
                Caller caller = callers[(action >>> 2) % 2];
                long[] arguments = new long[5];
                int count = (action >>> 3) % 6;
                caller.setWidth((action >>> 3) / 6 % 2 == 0 ? GuestWidth.BITS_64 : GuestWidth.BITS_32);
                for (int i = 0; i < count; i++) {
                    arguments[i] = argument(input);
                }
                long result = guest.callBy(caller, number == 0xff ? input.i64() : number, arguments);
                require(result >= -LARGEST_ERRNO, "hypercall " + number + " returned " + result);
                require(!caller.inMulticall(), "a multicall has not ended");
            }
        }
    }

    private static long argument(Input input) {
        int kind = input.u8();
        return switch (kind % 8) {
            case 0, 1 -> input.u8();
            case 2, 3 -> HypercallFixture.ARG + input.u16();
            case 4 -> HypercallFixture.UNREADABLE[(kind >>> 3) % HypercallFixture.UNREADABLE.length];
            case 5 -> ((kind & 8) == 0 ? HypercallFixture.READ_ONLY : HypercallFixture.LOW_ARG) + input.u16();
            case 6 -> input.i32();
            default -> input.i64();
        };
    }

    /** A call of every number and its first sub-operations, with a pointer to zeros. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        int[] numbers = {
            HypercallNumber.memory_op,
            HypercallNumber.xen_version,
            HypercallNumber.console_io,
            HypercallNumber.grant_table_op,
            HypercallNumber.vcpu_op,
            HypercallNumber.sched_op,
            HypercallNumber.event_channel_op,
            HypercallNumber.hvm_op,
            HypercallNumber.multicall
        };
        for (int number : numbers) {
            ByteArrayOutputStream seed = new ByteArrayOutputStream();
            for (int command = 0; command < 20; command++) {
                int threeArguments = CALLS | 3 << 3;
                int byNarrowCode = CALLS | 9 << 3;
                seed.writeBytes(new byte[] {WRITE | 4 << 2, 0, 0, (byte) command, 0, 0, 0});
                seed.writeBytes(new byte[] {(byte) byNarrowCode, (byte) number, 0, (byte) command, 13, 0, 0, 0, 1});
                seed.writeBytes(new byte[] {(byte) threeArguments, (byte) number});
                if (number == HypercallNumber.vcpu_op || number == HypercallNumber.grant_table_op) {
                    seed.writeBytes(new byte[] {0, (byte) command});
                    seed.writeBytes(
                            number == HypercallNumber.vcpu_op
                                    ? new byte[] {0, 0, 2, 0, 0}
                                    : new byte[] {2, 0, 0, 0, 1});
                } else {
                    seed.writeBytes(new byte[] {0, (byte) command, 2, 0, 0, 0, 1});
                }
            }
            seeds.add(seed.toByteArray());
        }
        return seeds;
    }
}
