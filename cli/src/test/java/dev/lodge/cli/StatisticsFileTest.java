package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
    private static final Statistics STATISTICS = new Statistics(
            new Statistics.Counts(Map.of("KVM_EXIT_IO", 530L), Map.of("xen_version", 3L), 20, 30),
            new Statistics.Counts(Map.of("KVM_EXIT_IO", 500L), Map.of(), 2, 3),
            List.of(new Statistics.Event("vm created", 5_000_000), new Statistics.Event("init", 1_004_500_000)),
            "patched");

    private final Path directory;

    StatisticsFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void countsAndTimelineAreWritten() {
        String text = StatisticsFile.text(STATISTICS, 1L << 28, 4_000_000);

        assertTrue(text.startsWith("{\n  \"schema\": 1,\n  \"hypercall_path\": \"patched\",\n  \"counts\": {\n"), text);
        assertTrue(text.contains("\"exits_total\": 530"), text);
        assertTrue(text.contains("\"counts_at_init\": {\n    \"exits_total\": 500"), text);
        assertTrue(text.contains("\"timeline_ms\": {\n    \"vm created\": 1.000,\n    \"init\": 1000.500\n  }"), text);
        assertTrue(text.contains("\"guest\": 268435456"), text);
    }

    @Test
    void countsUpToInitAreLeftOutWhenItNeverCame() {
        var statistics = new Statistics(STATISTICS.counts(), null, List.of(), "kvm-xen");

        assertFalse(StatisticsFile.text(statistics, 1L << 28, 0).contains("counts_at_init"));
    }

    @Test
    void theFileAppearsWhole() throws IOException {
        Path file = directory.resolve("stats.json");

        StatisticsFile.at(file).write(STATISTICS, 1L << 28);

        assertTrue(Files.readString(file).endsWith("}\n"));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aDirectoryIsRefusedBeforeAGuestStarts() {
        assertThrows(CommandLineException.class, () -> StatisticsFile.at(directory));
    }

    @Test
    void aPlaceThatDoesNotExistIsRefusedBeforeAGuestStarts() {
        var refusal =
                assertThrows(CommandLineException.class, () -> StatisticsFile.at(directory.resolve("no/stats.json")));

        assertTrue(refusal.toString().contains("cannot be written"), refusal.toString());
    }

    @Test
    void aFileThatIsThereStaysUntilTheNewOneIsWhole() throws IOException {
        Path file = Files.writeString(directory.resolve("stats.json"), "old");

        StatisticsFile.at(file);

        assertEquals("old", Files.readString(file));
    }

    @Test
    void theGuestsMemoryIsNotCountedAsTheMonitors() {
        List<String> smaps = List.of(
                "7f00-7f10 rw-p 00000000 00:00 0",
                "Size:             262144 kB",
                "Rss:              100000 kB",
                "Size:                 64 kB",
                "Rss:                  32 kB",
                "Size:             262144 kB",
                "Rss:                 100 kB");

        Resident resident = Resident.of(smaps, 256L << 20);

        assertEquals(100132L << 10, resident.all());
        assertEquals(132L << 10, resident.withoutGuest());
    }
}
