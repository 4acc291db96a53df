package dev.lodge.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As much of a little-endian ELF file (elf(5)), of 32 or 64 bits, as tells whether and how it can go into a guest. */
final class ElfFile {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER_BYTES = 64; // of either class: no such file is smaller
    private static final int PT_INTERP = 3;

    /**
     * Where a class of files has what is read of them, in bytes: elf(5)'s {@code e_phoff} and so on of the header, and {@code
     * sh_offset, sh_size} of a section's.
     *
     * @param wordBytes of an offset or a size
     * @param segmentBytes of an entry of the table of segments
     * @param shnum where the number of sections is, and behind it which of them has their names
     * @param sectionBytes of an entry of the table of sections
     */
    private record Layout(
            int wordBytes,
            int phoff,
            int phnum,
            int segmentBytes,
            int shoff,
            int shnum,
            int sectionBytes,
            int sectionOffset,
            int sectionSize) {

        private static final Layout NARROW = new Layout(Integer.BYTES, 0x1c, 0x2c, 32, 0x20, 0x30, 40, 0x10, 0x14);
        private static final Layout WIDE = new Layout(Long.BYTES, 0x20, 0x38, 56, 0x28, 0x3c, 64, 0x18, 0x20);
    }

    private final ByteBuffer file;
    private final String name;
    private final Layout layout;

    /** @throws IOException if this is no such file */
    ElfFile(byte[] content, String name) throws IOException {
        this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.name = name;
        int elfClass = content.length < HEADER_BYTES || file.getInt(0) != MAGIC ? 0 : file.get(4);
        if ((elfClass != CLASS_32 && elfClass != CLASS_64) || file.get(5) != LITTLE_ENDIAN) {
            throw new IOException(name + " is no little-endian ELF file");
        }
        layout = elfClass == CLASS_64 ? Layout.WIDE : Layout.NARROW;
    }

    /** {@return whether the program needs a dynamic linker, which a guest has not} */
    boolean needsInterpreter() throws IOException {
        int count = Short.toUnsignedInt(file.getShort(layout.phnum));
        int table = table(word(layout.phoff), count, layout.segmentBytes);
        for (int i = 0; i < count; i++) {
            if (file.getInt(table + i * layout.segmentBytes) == PT_INTERP) {
                return true;
            }
        }
        return false;
    }

    /** {@return the values of this key in a kernel module's {@code .modinfo}, in the file's order} */
    List<String> modinfo(String key) throws IOException {
        List<String> values = new ArrayList<>();
        ByteBuffer section = section(".modinfo");
        while (section != null && section.hasRemaining()) {
            String entry = nextString(section);
            if (entry.startsWith(key) && entry.startsWith("=", key.length())) {
                values.add(entry.substring(key.length() + 1));
            }
        }
        return values;
    }

    private @Nullable ByteBuffer section(String wanted) throws IOException {
        int count = Short.toUnsignedInt(file.getShort(layout.shnum));
        int namesIndex = Short.toUnsignedInt(file.getShort(layout.shnum + Short.BYTES));
        int table = table(word(layout.shoff), count, layout.sectionBytes);
        if (namesIndex >= count) {
            return null;
        }
        ByteBuffer names = content(table + namesIndex * layout.sectionBytes);
        for (int i = 0; i < count; i++) {
            int header = table + i * layout.sectionBytes;
            int at = file.getInt(header);
            if (at < 0 || at >= names.limit()) {
                throw damaged();
            }
            if (nextString(names.duplicate().position(at)).equals(wanted)) {
                return content(header);
            }
        }
        return null;
    }

    private ByteBuffer content(int header) throws IOException {
        long offset = word(header + layout.sectionOffset);
        long size = word(header + layout.sectionSize);
        if (offset < 0 || size < 0 || offset > file.limit() || size > file.limit() - offset) {
            throw damaged();
        }
        return file.slice((int) offset, (int) size);
    }

    private long word(int at) {
        return layout.wordBytes == Long.BYTES ? file.getLong(at) : Integer.toUnsignedLong(file.getInt(at));
    }

    private int table(long offset, int count, int entryBytes) throws IOException {
        if (offset < 0 || offset > file.limit() || (long) count * entryBytes > file.limit() - offset) {
            throw damaged();
        }
        return (int) offset;
    }

    private static String nextString(ByteBuffer strings) {
        int start = strings.position();
        int end = start;
        while (end < strings.limit() && strings.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        strings.get(text);
        strings.position(Math.min(end + 1, strings.limit()));
        return new String(text, StandardCharsets.UTF_8);
    }

    private IOException damaged() {
        return new IOException(name + " is a damaged or truncated ELF file");
    }
}
