package dev.lodge.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads a module's classes before the first input. Jazzer counts edges as classes are loaded, through a file that it shares
 * with its other processes; a thread that is interrupted cannot use that.
 */
public final class Preload {

    private Preload() {}

    /** Loads, without initialising, all classes that come from where {@code one} comes from. */
    public static void everythingBeside(Class<?> one) {
        try {
            Path root = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!Files.isDirectory(root)) {
                return;
            }
            List<Path> files;
            try (Stream<Path> all = Files.walk(root)) {
                files = all.filter(file -> file.toString().endsWith(".class"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                String name = root.relativize(file).toString().replace('/', '.');
                String className = name.substring(0, name.length() - ".class".length());
                if (!className.endsWith("-info")) {
                    Class.forName(className, false, one.getClassLoader());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
