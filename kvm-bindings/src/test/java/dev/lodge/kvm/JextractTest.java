package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.CCompiler;
import dev.lodge.linux.ClassFolder;
import java.lang.foreign.MemoryLayout;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts against those that jextract makes of the same header, where jextract is installed. */
class JextractTest {
    private static final Path INCLUDES = Path.of("src/test/jextract/kvm.includes");

    @Test
    void theIncludeListNamesEveryLayout() throws Exception {
        List<String> expected = new ArrayList<>();
        for (Class<?> layout : ClassFolder.layoutsBeside(Kvm.class)) {
            expected.add("--include-struct " + layout.getSimpleName());
        }
        assertEquals(expected, Files.readAllLines(INCLUDES));
    }

    @Test
    void jextractGivesTheSameSizesAndOffsets(@TempDir Path folder) throws Exception {
        if (!CCompiler.isInstalled("jextract")) {
            System.out.println("jextract is not on the PATH: the layouts are compared with the C compiler alone");
            Assumptions.abort("jextract is not on the PATH");
        }
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        CCompiler.run(
                folder,
                "jextract",
                "--target-package",
                "extracted",
                "--output",
                sources.toString(),
                "@" + INCLUDES.toAbsolutePath(),
                "/usr/include/linux/kvm.h");
        CCompiler.run(folder, javac(sources, classes));
        int compared = 0;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            for (Class<?> layout : ClassFolder.layoutsBeside(Kvm.class)) {
                compared += compare(layout, loader.loadClass("extracted." + layout.getSimpleName()));
            }
        }
        assertTrue(compared > 150, compared + " numbers");
    }

    /** The struct's size and its own fields; those of structs inside it have layouts, and so comparisons, of their own. */
    private static int compare(Class<?> ours, Class<?> theirs) throws Exception {
        int compared = 0;
        for (Field field : ClassFolder.constants(ours)) {
            String name = field.getName();
            if (name.equals("SIZEOF")) {
                MemoryLayout layout = (MemoryLayout) theirs.getMethod("layout").invoke(null);
                assertEquals(layout.byteSize(), field.getLong(null), theirs::getName);
                compared++;
            } else if (name.indexOf('$') == name.lastIndexOf('$') && has(theirs, name)) {
                assertEquals(theirs.getMethod(name).invoke(null), field.getLong(null), theirs.getName() + "." + name);
                compared++;
            }
        }
        return compared;
    }

    /** jextract leaves the arrays of no fixed length out that end a struct. */
    private static boolean has(Class<?> type, String method) {
        return Stream.of(type.getMethods()).anyMatch(each -> each.getName().equals(method));
    }

    private static String[] javac(Path sources, Path classes) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "javac").toString(), "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(command::add);
        }
        return command.toArray(String[]::new);
    }
}
