package dev.lodge.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the smallest ELF files that pass for kernel modules: a header, {@code .modinfo} and its name. */
final class TinyModule {
    private static final byte[] NAMES = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);

    private TinyModule() {}

    static byte[] with(String... modinfo) {
        byte[] info = (String.join("\0", modinfo) + "\0").getBytes(StandardCharsets.UTF_8);
        int sections = 64 + info.length + NAMES.length;
        ByteBuffer file = ByteBuffer.allocate(sections + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
        file.putLong(0x28, sections).putShort(0x3c, (short) 3).putShort(0x3e, (short) 2);
        file.put(64, info).put(64 + info.length, NAMES);
        section(file, sections + 64, 1, 64, info.length);
        section(file, sections + 128, 10, 64 + info.length, NAMES.length);
        return file.array();
    }

    private static void section(ByteBuffer file, int at, int name, long offset, long size) {
        file.putInt(at, name).putLong(at + 0x18, offset).putLong(at + 0x20, size);
    }
}
