package dev.lodge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestTerminalTest {
    @ParameterizedTest
    @CsvSource({
        "'ls\n', 'ls\n', 0",
        "'', '', 0",
        "'\u001d', '', 1",
        "'ls\u001d', 'ls', 1",
        "'ls\u001drm\u001d', 'ls', 1",
        "'\u001b]0;x', '\u001b]0;x', 0",
    })
    void keysReachTheGuestUpToTheOneThatLeaves(String typed, String received, int leavings) throws IOException {
        var left = new AtomicInteger();
        InputStream keys = GuestTerminal.keys(new ByteArrayInputStream(typed.getBytes(UTF_8)), left::incrementAndGet);

        assertEquals(received, new String(keys.readAllBytes(), UTF_8));
        assertEquals(-1, keys.read());
        assertEquals(leavings, left.get());
    }
}
