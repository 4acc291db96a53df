package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.rings.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A domain's memory on the heap: low RAM, and the pages of the ACPI tables. */
final class TestMemory implements GuestMemory {

    private final MemorySegment low;
    private final MemorySegment acpi = MemorySegment.ofArray(new byte[(int) BootLayout.ACPI_SIZE]);

    TestMemory(int lowBytes) {
        low = MemorySegment.ofArray(new byte[lowBytes]);
    }

    @Override
    public MemorySegment slice(GuestAddress address, long length) {
        boolean isAcpi = address.value() >= BootLayout.ACPI;
        MemorySegment part = isAcpi ? acpi : low;
        long offset = isAcpi ? address.value() - BootLayout.ACPI : address.value();
        if (offset < 0 || length < 0 || offset + length > part.byteSize()) {
            throw new GuestFault(address + " is no RAM");
        }
        return part.asSlice(offset, length);
    }

    @Override
    public long ramBytes() {
        return low.byteSize();
    }

    ByteBuffer buffer(long address, long length) {
        return slice(new GuestAddress(address), length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes(long address, int length) {
        var bytes = new byte[length];
        buffer(address, length).get(bytes);
        return bytes;
    }

    int int32(long address) {
        return buffer(address, Integer.BYTES).getInt();
    }

    long int64(long address) {
        return buffer(address, Long.BYTES).getLong();
    }

    /** The text at {@code address}, up to its NUL. */
    String text(long address) {
        var text = new StringBuilder();
        for (long at = address; buffer(at, 1).get() != 0; at++) {
            text.append((char) buffer(at, 1).get());
        }
        return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
