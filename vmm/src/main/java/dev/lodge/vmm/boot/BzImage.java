package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The packed kernel that Linux distributions ship as {@code vmlinuz}: the x86 boot protocol's header, and in it where
 * the compressed ELF is (Linux's {@code Documentation/arch/x86/boot.rst}).
 *
 * <pre>
 *   0x1f1  setup_sects (8 bits)      0x20e  kernel_version (16)     0x248  payload_offset (32)
 *   0x1fe  0xaa55                    0x238  cmdline_size (32)       0x24c  payload_length (32)
 *   0x202  "HdrS"
 *   0x206  version (16)
 * </pre>
 *
 * @param payload the compressed ELF; its last four bytes are the ELF's size
 * @param version the kernel's release, as {@code uname -r} has it; empty if the header does not say
 * @param commandLineLimit the most bytes of command line that this kernel takes, its NUL not counted
 */
record BzImage(ByteBuffer payload, String version, int commandLineLimit) {

    private static final int SETUP_SECTS = 0x1f1;
    private static final int BOOT_FLAG = 0x1fe;
    private static final int HEADER = 0x202;
    private static final int VERSION = 0x206;
    private static final int KERNEL_VERSION = 0x20e;
    private static final int CMDLINE_SIZE = 0x238;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int HEADER_END = 0x250;

    private static final int SECTOR = 512;
    private static final int DEFAULT_SETUP_SECTS = 4;
    private static final int HDRS = 0x53726448;

    /** The first version of the protocol that says where the payload is: Linux 2.6.24. */
    private static final int VERSION_WITH_PAYLOAD = 0x208;

    private static final int LONGEST_VERSION = 255;

    /** Whether {@code file} begins as a bzImage does. */
    static boolean isBzImage(ByteBuffer file) {
        return file.limit() >= HEADER + 4
                && Short.toUnsignedInt(file.getShort(BOOT_FLAG)) == 0xaa55
                && file.getInt(HEADER) == HDRS;
    }

    /**
     * Reads the header.
     *
     * @param file the whole file, little-endian, of which {@link #isBzImage} is true
     * @param name the file's name, for messages
     * @throws BootException if the header points outside the file or is too old
     */
    static BzImage parse(ByteBuffer file, String name) {
        if (file.limit() < HEADER_END) {
            throw truncated(name, "it ends within its header");
        }
        if (Short.toUnsignedInt(file.getShort(VERSION)) < VERSION_WITH_PAYLOAD) {
            throw new BootException("cannot boot " + name
                    + ": its boot protocol is older than 2.08 (Linux 2.6.24); use a newer kernel");
        }
        int setupSectors = Byte.toUnsignedInt(file.get(SETUP_SECTS));
        long code = (setupSectors == 0 ? DEFAULT_SETUP_SECTS : setupSectors) * (long) SECTOR + SECTOR;
        long start = code + Integer.toUnsignedLong(file.getInt(PAYLOAD_OFFSET));
        long length = Integer.toUnsignedLong(file.getInt(PAYLOAD_LENGTH));
        if (start + length > file.limit()) {
            throw truncated(name, "its kernel ends at byte " + (start + length) + ", the file at byte " + file.limit());
        }
        ByteBuffer payload = file.slice((int) start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
        long commandLine = Integer.toUnsignedLong(file.getInt(CMDLINE_SIZE));
        return new BzImage(payload, release(file), (int) Math.min(commandLine, BootLayout.COMMAND_LINE_LIMIT));
    }

    private static BootException truncated(String name, String how) {
        return new BootException("cannot boot " + name + ": the file is truncated, " + how + "; fetch it again");
    }

    /** The first word of the string at kernel_version, for example {@code 6.1.0-9-amd64 (debian-kernel@...}. */
    private static String release(ByteBuffer file) {
        int pointer = Short.toUnsignedInt(file.getShort(KERNEL_VERSION));
        int start = pointer + SECTOR;
        if (pointer == 0) {
            return "";
        }
        int end = start;
        while (end < file.limit() && end - start < LONGEST_VERSION && file.get(end) > ' ' && file.get(end) < 0x7f) {
            end++;
        }
        if (end == start) {
            return "";
        }
        byte[] release = new byte[end - start];
        file.get(start, release);
        return new String(release, StandardCharsets.US_ASCII);
    }
}
