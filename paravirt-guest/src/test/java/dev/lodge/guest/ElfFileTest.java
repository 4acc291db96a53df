package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private byte[] module(String width) throws IOException, InterruptedException {
        Path source = Files.writeString(
                directory.resolve("module.c"),
                "const char info[] __attribute__((section(\".modinfo\"))) = \"alias=b:x\\0depends=a,b\\0alias=c\";");
        Path object = directory.resolve("module.o");
        Process compiler = new ProcessBuilder("gcc", width, "-c", "-o", object.toString(), source.toString())
                .inheritIO()
                .start();
        assertEquals(0, compiler.waitFor());
        return Files.readAllBytes(object);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m32", "-m64"})
    void aModuleOfEitherWidthTellsWhatItNeeds(String width) throws Exception {
        var elf = new ElfFile(module(width), "module");
        assertEquals(List.of("a,b"), elf.modinfo("depends"));
        assertEquals(List.of("b:x", "c"), elf.modinfo("alias"));
        assertEquals(List.of(), elf.modinfo("al"));
        assertFalse(elf.needsInterpreter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m32", "-m64"})
    void aTruncatedOneIsRefusedWhereverItEnds(String width) throws Exception {
        byte[] whole = module(width);
        for (int length = 0; length < whole.length; length += 7) {
            byte[] part = java.util.Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> new ElfFile(part, "part").modinfo("depends"));
        }
    }

    @Test
    void otherFilesAreRefused() throws Exception {
        byte[] bigEndian = module("-m64");
        bigEndian[5] = 2;
        assertThrows(IOException.class, () -> new ElfFile(bigEndian, "file"));
        byte[] strange = module("-m64");
        strange[4] = 3;
        assertThrows(IOException.class, () -> new ElfFile(strange, "file"));
        assertThrows(IOException.class, () -> new ElfFile(new byte[100], "file"));
    }
}
