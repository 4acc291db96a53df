package dev.lodge.guest;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the archive that Linux unpacks into its first root file system: cpio's "newc" format
 * (Documentation/driver-api/early-userspace/buffer-format.rst in Linux). Every entry belongs to root and has the
 * same time, so equal input gives equal bytes. A directory must be added before what it holds.
 *
 * <p>Archives of this kind can be put one behind another: each ends on a multiple of 4 bytes.
 */
final class CpioWriter implements Closeable {
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final byte[] NO_CONTENT = {};
    private static final byte[] PADDING = new byte[3];
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 110;

    private final OutputStream out;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerUsed;
    private int inode;

    /** The stream is closed with this writer. */
    CpioWriter(OutputStream out) {
        this.out = out;
    }

    void directory(String path, int mode) throws IOException {
        entry(path, DIRECTORY | mode, NO_CONTENT, 0, 0);
    }

    void file(String path, int mode, byte[] content) throws IOException {
        entry(path, REGULAR | mode, content, 0, 0);
    }

    void link(String path, String target) throws IOException {
        entry(path, SYMBOLIC_LINK | 0777, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    void characterDevice(String path, int mode, int major, int minor) throws IOException {
        entry(path, CHARACTER_DEVICE | mode, NO_CONTENT, major, minor);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            inode = -1;
            entry("TRAILER!!!", 0, NO_CONTENT, 0, 0);
        }
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        headerUsed = 0;
        for (byte digit : new byte[] {'0', '7', '0', '7', '0', '1'}) {
            header[headerUsed++] = digit;
        }
        number(++inode);
        number(mode);
        number(0); // user
        number(0); // group
        number(1); // links
        number(0); // time of modification
        number(content.length);
        number(0); // the archive's own device, major
        number(0); // and minor
        number(major);
        number(minor);
        number(name.length + 1);
        number(0); // checksum, unused in this variant
        out.write(header);
        out.write(name);
        out.write(0);
        pad(HEADER_BYTES + name.length + 1);
        out.write(content);
        pad(content.length);
    }

    private void number(int value) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            header[headerUsed++] = DIGITS[value >>> shift & 15];
        }
    }

    private void pad(int length) throws IOException {
        out.write(PADDING, 0, -length & 3);
    }
}
