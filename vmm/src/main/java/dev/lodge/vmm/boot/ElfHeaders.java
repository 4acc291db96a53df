package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import dev.lodge.vmm.abi.GuestWidth;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the ELF header and the program headers of a file for x86, 32 or 64 bit ({@code elf(5)}). Every offset and size
 * that it gives lies within the file.
 */
final class ElfHeaders {

    static final int PT_LOAD = 1;
    static final int PT_NOTE = 4;

    private static final int SHT_NOTE = 7;

    private static final int MAGIC = 0x464c457f;
    private static final int EI_CLASS = 4;
    private static final int EI_DATA = 5;
    private static final int E_MACHINE = 18;

    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int EM_386 = 3;
    private static final int EM_X86_64 = 62;

    private static final int HEADER_SIZE_32 = 52;
    private static final int HEADER_SIZE_64 = 64;
    private static final int PROGRAM_HEADER_SIZE_32 = 32;
    private static final int PROGRAM_HEADER_SIZE_64 = 56;
    private static final int SECTION_HEADER_SIZE_32 = 40;
    private static final int SECTION_HEADER_SIZE_64 = 64;

    /**
     * One program header.
     *
     * @param type {@code PT_*}
     * @param flags {@code PF_*}
     * @param offset of its bytes in the file
     * @param fileSize how many bytes the file has of it
     * @param physicalAddress as the file has it: any 64 bits
     * @param memorySize as the file has it: any 64 bits
     * @param alignment as the file has it: any 64 bits
     */
    record ProgramHeader(
            int type, int flags, long offset, long fileSize, long physicalAddress, long memorySize, long alignment) {}

    private ElfHeaders() {}

    /** Whether {@code file} begins as an ELF file does. */
    static boolean isElf(ByteBuffer file) {
        return file.limit() >= Integer.BYTES && file.getInt(0) == MAGIC;
    }

    /**
     * Reads all program headers.
     *
     * @param file the whole file, little-endian
     * @param name the file's name, for messages
     * @throws BootException if it is no ELF file for x86 or is truncated
     */
    static List<ProgramHeader> parse(ByteBuffer file, String name) {
        if (!isElf(file) || file.limit() < HEADER_SIZE_32) {
            throw malformed(name, "it holds no whole ELF header");
        }
        int elfClass = file.get(EI_CLASS);
        if (file.get(EI_DATA) != LITTLE_ENDIAN || (elfClass != CLASS_32 && elfClass != CLASS_64)) {
            throw wrongMachine(name, "is neither 32-bit nor 64-bit little-endian");
        }
        int machine = Short.toUnsignedInt(file.getShort(E_MACHINE));
        if (machine != EM_386 && machine != EM_X86_64) {
            throw wrongMachine(name, "has machine number " + machine);
        }
        return elfClass == CLASS_64 ? parse64(file, name) : parse32(file, name);
    }

    /** Whether a file that was {@linkplain #parse parsed} is of 32 or 64 bits. */
    static GuestWidth width(ByteBuffer file) {
        return file.get(EI_CLASS) == CLASS_64 ? GuestWidth.BITS_64 : GuestWidth.BITS_32;
    }

    /**
     * The sections of notes of a file that was {@linkplain #parse parsed}, as if they were segments. None if it has no sections.
     *
     * @throws BootException if they lie past the file's end
     */
    static List<ProgramHeader> noteSections(ByteBuffer file, String name) {
        boolean wide = width(file) == GuestWidth.BITS_64;
        long offset = wide ? file.getLong(40) : unsigned(file, 32);
        int size = Short.toUnsignedInt(file.getShort(wide ? 58 : 46));
        int count = Short.toUnsignedInt(file.getShort(wide ? 60 : 48));
        List<ProgramHeader> notes = new ArrayList<>();
        if (count == 0) {
            return notes;
        }
        if (size < (wide ? SECTION_HEADER_SIZE_64 : SECTION_HEADER_SIZE_32)
                || !isWithin(file, offset, (long) size * count)) {
            throw malformed(name, "its section headers lie past the file's end");
        }
        for (int at = (int) offset; at < (int) offset + count * size; at += size) {
            if (file.getInt(at + 4) == SHT_NOTE) {
                long content = wide ? file.getLong(at + 24) : unsigned(file, at + 16);
                long length = wide ? file.getLong(at + 32) : unsigned(file, at + 20);
                long alignment = wide ? file.getLong(at + 48) : unsigned(file, at + 32);
                notes.add(checked(file, name, new ProgramHeader(PT_NOTE, 0, content, length, 0, length, alignment)));
            }
        }
        return notes;
    }

    /** Says that a file's headers make no sense. */
    static BootException malformed(String name, String why) {
        return new BootException(
                "cannot boot " + name + ": " + why + "; the file is corrupt or truncated: fetch it again");
    }

    private static BootException wrongMachine(String name, String how) {
        return new BootException("cannot boot " + name + ": it is a program for another machine (it " + how
                + "); use a kernel for amd64");
    }

    private static List<ProgramHeader> parse64(ByteBuffer file, String name) {
        if (file.limit() < HEADER_SIZE_64) {
            throw malformed(name, "it holds no whole ELF header");
        }
        int size = Short.toUnsignedInt(file.getShort(54));
        int count = Short.toUnsignedInt(file.getShort(56));
        int table = table(file, name, file.getLong(32), size, count, PROGRAM_HEADER_SIZE_64);
        List<ProgramHeader> headers = new ArrayList<>(count);
        for (int at = table; at < table + count * size; at += size) {
            headers.add(checked(
                    file,
                    name,
                    new ProgramHeader(
                            file.getInt(at),
                            file.getInt(at + 4),
                            file.getLong(at + 8),
                            file.getLong(at + 32),
                            file.getLong(at + 24),
                            file.getLong(at + 40),
                            file.getLong(at + 48))));
        }
        return headers;
    }

    private static List<ProgramHeader> parse32(ByteBuffer file, String name) {
        int size = Short.toUnsignedInt(file.getShort(42));
        int count = Short.toUnsignedInt(file.getShort(44));
        int table = table(file, name, unsigned(file, 28), size, count, PROGRAM_HEADER_SIZE_32);
        List<ProgramHeader> headers = new ArrayList<>(count);
        for (int at = table; at < table + count * size; at += size) {
            headers.add(checked(
                    file,
                    name,
                    new ProgramHeader(
                            file.getInt(at),
                            file.getInt(at + 24),
                            unsigned(file, at + 4),
                            unsigned(file, at + 16),
                            unsigned(file, at + 12),
                            unsigned(file, at + 20),
                            unsigned(file, at + 28))));
        }
        return headers;
    }

    private static long unsigned(ByteBuffer file, int at) {
        return Integer.toUnsignedLong(file.getInt(at));
    }

    private static int table(ByteBuffer file, String name, long offset, int size, int count, int leastSize) {
        if (count == 0 || size < leastSize) {
            throw malformed(name, "it has no usable program headers");
        }
        if (!isWithin(file, offset, (long) size * count)) {
            throw malformed(name, "its program headers lie past the file's end");
        }
        return (int) offset;
    }

    private static ProgramHeader checked(ByteBuffer file, String name, ProgramHeader header) {
        boolean used = header.type() == PT_LOAD || header.type() == PT_NOTE;
        if (used && !isWithin(file, header.offset(), header.fileSize())) {
            throw malformed(name, "a segment lies past the file's end");
        }
        return header;
    }

    private static boolean isWithin(ByteBuffer file, long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= file.limit() && length <= file.limit() - offset;
    }
}
