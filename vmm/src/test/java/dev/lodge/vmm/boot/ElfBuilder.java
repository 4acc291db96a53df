package dev.lodge.vmm.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes small ELF kernels, and broken ones. */
final class ElfBuilder {

    static final int CODE_ADDRESS = 0x10_0000;

    private record Segment(int type, int flags, long address, ByteBuffer content, long memorySize) {}

    private final boolean is64;
    private final List<byte[]> noteSections = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private int machine;

    private ElfBuilder(boolean is64) {
        this.is64 = is64;
        this.machine = is64 ? 62 : 3;
    }

    static ElfBuilder elf64() {
        return new ElfBuilder(true);
    }

    static ElfBuilder elf32() {
        return new ElfBuilder(false);
    }

    /** A whole kernel: code at 1 MiB with a bss, and the note that says so. */
    static ElfBuilder kernel(byte[] code) {
        return elf64().load(5, CODE_ADDRESS, code, code.length + 100).entryNote(CODE_ADDRESS);
    }

    ElfBuilder machine(int number) {
        machine = number;
        return this;
    }

    ElfBuilder load(int flags, long address, byte[] content, long memorySize) {
        segments.add(new Segment(ElfHeaders.PT_LOAD, flags, address, ByteBuffer.wrap(content), memorySize));
        return this;
    }

    ElfBuilder entryNote(long entry) {
        ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        return note("Xen", 18, number.putLong(entry).array());
    }

    ElfBuilder linuxNote() {
        return note("Xen", 6, "linux\0".getBytes(StandardCharsets.US_ASCII));
    }

    /** The same as a section of notes, without a segment. */
    ElfBuilder entryNoteSection(int entry) {
        noteSections.add(ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4)
                .putInt(4)
                .putInt(18)
                .put("Xen\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(entry)
                .array());
        return this;
    }

    ElfBuilder note(String owner, int type, byte[] description) {
        int ownerSize = owner.length() + 1;
        ByteBuffer note = ByteBuffer.allocate(12 + padded(ownerSize) + padded(description.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(ownerSize).putInt(description.length).putInt(type);
        note.put(12, owner.getBytes(StandardCharsets.US_ASCII)).put(12 + padded(ownerSize), description);
        return notes(note.array());
    }

    /** A segment of notes, as it is. */
    ElfBuilder notes(byte[] content) {
        segments.add(new Segment(ElfHeaders.PT_NOTE, 4, 0, ByteBuffer.wrap(content), content.length));
        return this;
    }

    byte[] build() {
        int headerSize = is64 ? 64 : 52;
        int entrySize = is64 ? 56 : 32;
        int size = headerSize + segments.size() * entrySize;
        for (Segment segment : segments) {
            size += segment.content().limit();
        }
        int sectionSize = is64 ? 64 : 40;
        for (byte[] notes : noteSections) {
            size += sectionSize + notes.length;
        }
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0x464c457f).put((byte) (is64 ? 2 : 1)).put((byte) 1).put((byte) 1);
        elf.putShort(16, (short) 2).putShort(18, (short) machine).putInt(20, 1);
        elf.putInt(is64 ? 32 : 28, headerSize);
        elf.putShort(is64 ? 54 : 42, (short) entrySize).putShort(is64 ? 56 : 44, (short) segments.size());
        int content = headerSize + segments.size() * entrySize;
        elf.position(headerSize);
        for (Segment segment : segments) {
            putHeader(elf, segment, content);
            elf.put(content, segment.content(), 0, segment.content().limit());
            content += segment.content().limit();
        }
        putSections(elf, content, sectionSize);
        return elf.array();
    }

    private void putSections(ByteBuffer elf, int start, int headerSize) {
        if (noteSections.isEmpty()) {
            return;
        }
        elf.putInt(is64 ? 40 : 32, start);
        elf.putShort(is64 ? 58 : 46, (short) headerSize).putShort(is64 ? 60 : 48, (short) noteSections.size());
        int content = start + noteSections.size() * headerSize;
        for (int i = 0; i < noteSections.size(); i++) {
            byte[] notes = noteSections.get(i);
            int header = start + i * headerSize;
            elf.putInt(header + 4, 7); // SHT_NOTE
            if (is64) {
                elf.putLong(header + 24, content)
                        .putLong(header + 32, notes.length)
                        .putLong(header + 48, 4);
            } else {
                elf.putInt(header + 16, content)
                        .putInt(header + 20, notes.length)
                        .putInt(header + 32, 4);
            }
            elf.put(content, notes);
            content += notes.length;
        }
    }

    private void putHeader(ByteBuffer elf, Segment segment, int offset) {
        if (is64) {
            elf.putInt(segment.type()).putInt(segment.flags()).putLong(offset).putLong(0);
            elf.putLong(segment.address()).putLong(segment.content().limit());
            elf.putLong(segment.memorySize()).putLong(4);
        } else {
            elf.putInt(segment.type()).putInt(offset).putInt(0).putInt((int) segment.address());
            elf.putInt(segment.content().limit()).putInt((int) segment.memorySize());
            elf.putInt(segment.flags()).putInt(4);
        }
    }

    private static int padded(int size) {
        return (size + 3) & -4;
    }
}
