package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.BootException;
import java.util.Objects;
import org.junit.jupiter.api.function.Executable;

/** What a user reads when a guest cannot be started. */
final class Refusals {

    private Refusals() {}

    /** {@code action} is refused in one line that holds all of {@code words}. */
    static void assertRefused(Executable action, String... words) {
        String message =
                Objects.requireNonNull(assertThrows(BootException.class, action).getMessage());
        assertTrue(message.indexOf('\n') < 0, message);
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
    }
}
