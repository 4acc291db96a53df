package dev.lodge.guest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The bare-metal guests of {@code src/main/guests}: small PVH kernels, each showing one thing, for tests and
 * benchmarks. Every one is an ELF file with a PVH entry note.
 */
public final class TestGuests {
    private TestGuests() {}

    /**
     * Opens a guest's ELF file.
     *
     * @param name the guest's directory, such as {@code hello}
     * @throws IOException if there is no such guest
     */
    public static InputStream open(String name) throws IOException {
        return url(name).openStream();
    }

    /**
     * {@return the ELF file on disk: the build's own, or a copy that is deleted when the JVM exits}
     *
     * @throws IOException if there is no such guest
     */
    public static Path path(String name) throws IOException {
        URL url = url(name);
        if (url.getProtocol().equals("file")) {
            try {
                return Path.of(url.toURI());
            } catch (URISyntaxException e) {
                throw new IOException(url + " is no path", e);
            }
        }
        Path copy = Files.createTempFile("lodge-" + name, ".elf");
        copy.toFile().deleteOnExit();
        try (InputStream in = url.openStream()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private static URL url(String name) throws IOException {
        URL url = TestGuests.class.getResource("guests/" + name + ".elf");
        if (url == null) {
            throw new FileNotFoundException("there is no test guest called " + name);
        }
        return url;
    }
}
