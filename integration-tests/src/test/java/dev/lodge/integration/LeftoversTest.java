package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.Lodge;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsKvm
@DisplayName("When domains have gone")
class LeftoversTest {

    @BeforeEach
    void loadAllThatIsLoadedOnce() throws Exception {
        BareMetal.run("hello", "");
    }

    @Test
    @DisplayName("no file, mapping or thread of theirs is left, whether they powered off, crashed or were destroyed")
    void ended() throws Exception {
        Holdings before = Holdings.now();
        for (int i = 0; i < 3; i++) {
            BareMetal.run("hello", "");
            BareMetal.run("crash", "");
            TextConsole console = new TextConsole();
            try (Domain domain = TimeLimit.watch(
                    BareMetal.domain("spin", "", console).vcpus(2).start())) {
                console.await("spinning");
                assertEquals(before.mappings() + 3, Holdings.now().mappings(), "the domain's memory and two vCPUs");
                domain.destroy();
            }
        }
        assertEquals(before, Holdings.now());
    }

    @Test
    @DisplayName("nothing is left of those that could not be started")
    void refused() throws Exception {
        Holdings before = Holdings.now();
        for (int i = 0; i < 3; i++) {
            var noKernel = Lodge.domain().kernel(Path.of("/bin/true")).memory(BareMetal.MEMORY);
            assertThrows(BootException.class, noKernel::start);
            var noInitrd = BareMetal.domain("hello", "", new TextConsole()).initrd(Path.of("/nowhere"));
            assertThrows(BootException.class, noInitrd::start);
            var tight = BareMetal.domain("hello", "", new TextConsole()).initrd(new byte[(int) BareMetal.MEMORY]);
            assertThrows(BootException.class, tight::start);
            var noMemory = Lodge.domain().kernel(TestGuests.path("hello")).memory(4096);
            assertThrows(BootException.class, noMemory::start);
        }
        assertEquals(before, Holdings.now());
    }
}
