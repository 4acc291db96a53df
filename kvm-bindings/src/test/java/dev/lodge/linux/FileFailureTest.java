package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFailureTest {

    @Test
    void aFileThatIsNotThereIsToldWithoutItsName(@TempDir Path directory) {
        Path missing = directory.resolve("none").resolve("x");
        assertEquals(
                "there is no such file or directory",
                FileFailure.reason(assertThrows(IOException.class, () -> Files.createFile(missing))));
    }

    @Test
    void whatTheSystemSaysIsPassedOn() {
        assertEquals(
                "no space left on device",
                FileFailure.reason(new FileSystemException("/x", null, "No space left on device")));
        assertEquals("broken pipe", FileFailure.reason(new IOException("Broken pipe")));
        assertEquals("cannot map /A", FileFailure.reason(new IOException("Cannot map /A")));
    }

    @Test
    void aFailureWithoutAMessageHasItsClassName() {
        assertEquals("IOException", FileFailure.reason(new IOException()));
    }
}
