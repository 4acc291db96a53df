package dev.lodge.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestGuestsTest {
    @ParameterizedTest
    @ValueSource(strings = {"crash", "exits", "hello", "hypercalls", "memory", "spin", "version", "wild"})
    void isAnElfFileWithThePvhNoteAndOnePairOfHypercallSites(String name) throws IOException {
        byte[] file = Files.readAllBytes(TestGuests.path(name));
        String bytes = new String(file, StandardCharsets.ISO_8859_1);

        assertTrue(bytes.startsWith("\u007fELF"));
        assertTrue(bytes.contains("\4\0\0\0\10\0\0\0\22\0\0\0Xen\0\0\0\20\0"), "note 18, entry at 1 MiB");
        int amd = bytes.indexOf("\17\1\u00d9\u00c3");
        int intel = bytes.indexOf("\17\1\u00c1\u00c3");
        assertEquals(16, intel - amd);
        assertEquals(amd, bytes.lastIndexOf("\17\1\u00d9"));
        assertEquals(intel, bytes.lastIndexOf("\17\1\u00c1"));
    }

    @Test
    void opensThemToo() throws IOException {
        try (var in = TestGuests.open("hello")) {
            assertEquals(0x7f, in.read());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "../init", "hello.elf"})
    void saysWhenThereIsNoSuchGuest(String name) {
        assertThrows(FileNotFoundException.class, () -> TestGuests.open(name));
    }
}
