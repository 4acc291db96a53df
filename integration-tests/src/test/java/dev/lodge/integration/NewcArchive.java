package dev.lodge.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** An initramfs of a user's own, made without Lodge's code (buffer-format.rst in Linux's Documentation). */
final class NewcArchive {
    private static final int DIRECTORY = 0040755;
    private static final int REGULAR = 0100000;
    private static final int SYMBOLIC_LINK = 0120777;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private int inode;

    /** Adds busybox with the commands that the tests use. */
    NewcArchive busybox() throws IOException {
        entry("bin", DIRECTORY, new byte[0]);
        entry("bin/busybox", REGULAR | 0755, Files.readAllBytes(Checkout.busybox()));
        for (String command : new String[] {"sh", "cat", "echo", "poweroff"}) {
            entry("bin/" + command, SYMBOLIC_LINK, "busybox".getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    NewcArchive file(String path, int mode, String content) {
        entry(path, REGULAR | mode, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Path writeTo(Path file) throws IOException {
        entry("TRAILER!!!", 0, new byte[0]);
        return Files.write(file, archive.toByteArray());
    }

    private void entry(String path, int mode, byte[] content) {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(HexFormat.of().toHexDigits(field));
        }
        archive.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        archive.writeBytes(name);
        pad();
        archive.writeBytes(content);
        pad();
    }

    private void pad() {
        while (archive.size() % 4 != 0) {
            archive.write(0);
        }
    }
}
