package dev.lodge.vmm.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmVm;
import dev.lodge.linux.Mman;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.boot.MemoryMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kvm")
class MachineMemoryTest {

    private static final long GIB = 1L << 30;

    private static void with(long bytes, Consumer<MachineMemory> test) {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "no /dev/kvm");
        try (Kvm kvm = Kvm.open();
                KvmVm vm = kvm.createVm();
                MachineMemory memory = MachineMemory.create(vm, MemoryMap.of(bytes))) {
            test.accept(memory);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 64})
    void largeMemoryIsSparseAndReachedToItsLastByte(long gib) {
        with(gib * GIB, memory -> {
            long last = 4 * GIB + gib * GIB - 0xfc00_0000L - 8;
            assertTrue(memory.ram().contains(last, 8));
            assertFalse(memory.ram().contains(last, 9));
            MemorySegment word = memory.ram().slice(new dev.lodge.rings.GuestAddress(last), 8);
            word.set(ValueLayout.JAVA_LONG, 0, 42);
            assertEquals(42, word.get(ValueLayout.JAVA_LONG, 0));
            MemorySegment high = memory.ram().frame(new FrameNumber(0x10_0000));
            assertEquals(0, high.address() % Mman.HUGE_PAGE_SIZE, "on huge pages as the guest has it");
        });
    }

    @Test
    void whatIsGivenBackReadsAsZerosInLowAndInHighRam() {
        with(5 * GIB, memory -> {
            long[] frames = {0x200, 0xf_bfff, 0x10_0000, 0x14_3fff};
            for (long frame : frames) {
                memory.ram().frame(new FrameNumber(frame)).set(ValueLayout.JAVA_LONG, 0, frame);
            }
            MemorySegment list = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, frames);
            assertEquals(4, memory.reservation().decrease(list, 4, 0));
            for (long frame : frames) {
                assertEquals(0, memory.ram().frame(new FrameNumber(frame)).get(ValueLayout.JAVA_LONG, 0));
            }
            assertEquals(4, memory.reservation().populate(list, 4, 0));
            assertEquals(5 * GIB / 4096, memory.reservation().current());
        });
    }
}
