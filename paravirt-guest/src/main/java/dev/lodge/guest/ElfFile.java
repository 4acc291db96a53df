package dev.lodge.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As much of a 64-bit little-endian ELF file (elf(5)) as tells whether and how it can go into a guest. */
final class ElfFile {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int PT_INTERP = 3;

    private final ByteBuffer file;
    private final String name;

    /** @throws IOException if this is no such file */
    ElfFile(byte[] content, String name) throws IOException {
        this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.name = name;
        if (content.length < HEADER_BYTES
                || file.getInt(0) != MAGIC
                || file.get(4) != CLASS_64
                || file.get(5) != LITTLE_ENDIAN) {
            throw new IOException(name + " is no 64-bit little-endian ELF file");
        }
    }

    /** {@return whether the program needs a dynamic linker, which a guest has not} */
    boolean needsInterpreter() throws IOException {
        int count = Short.toUnsignedInt(file.getShort(0x38));
        int table = table(file.getLong(0x20), count, SEGMENT_BYTES);
        for (int i = 0; i < count; i++) {
            if (file.getInt(table + i * SEGMENT_BYTES) == PT_INTERP) {
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
        int count = Short.toUnsignedInt(file.getShort(0x3c));
        int namesIndex = Short.toUnsignedInt(file.getShort(0x3e));
        int table = table(file.getLong(0x28), count, SECTION_BYTES);
        if (namesIndex >= count) {
            return null;
        }
        ByteBuffer names = content(table + namesIndex * SECTION_BYTES);
        for (int i = 0; i < count; i++) {
            int header = table + i * SECTION_BYTES;
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
        long offset = file.getLong(header + 0x18);
        long size = file.getLong(header + 0x20);
        if (offset < 0 || size < 0 || offset > file.limit() || size > file.limit() - offset) {
            throw damaged();
        }
        return file.slice((int) offset, (int) size);
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
