package dev.lodge.cli;

import dev.lodge.linux.FileFailure;
import dev.lodge.linux.ProcessStartTime;
import dev.lodge.vmm.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The file that {@code --stats} names: written whole or not at all. */
final class StatisticsFile {
    private static final int SCHEMA = 1;

    private final Path file;
    private final Path unfinished;

    private StatisticsFile(Path file, Path unfinished) {
        this.file = file;
        this.unfinished = unfinished;
    }

    /**
     * Makes sure, before a guest starts, that the file can be written.
     *
     * @throws CommandLineException if it cannot
     */
    static StatisticsFile at(Path file) {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            if (Files.isDirectory(file)) {
                throw new CommandLineException("--stats " + file + ": is a directory");
            }
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished);
            Files.delete(unfinished);
        } catch (IOException e) {
            throw new CommandLineException("--stats " + file + ": cannot be written: " + FileFailure.reason(e));
        }
        return new StatisticsFile(file, unfinished);
    }

    /** Writes the file; says so when that fails, since the guest's status is worth more than its figures. */
    void write(Statistics statistics, long guestMemory) {
        try {
            Files.writeString(unfinished, text(statistics, guestMemory, ProcessStartTime.monotonicNanos()));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Main.say("--stats " + file + ": cannot be written: " + FileFailure.reason(e));
        }
    }

    static String text(Statistics statistics, long guestMemory, long processStart) {
        var json = new Json().beginObject(null).member("schema", SCHEMA);
        json.member("hypercall_path", statistics.hypercallPath());
        counts(json, "counts", statistics.counts());
        Statistics.Counts atInit = statistics.countsAtInit();
        if (atInit != null) {
            counts(json, "counts_at_init", atInit);
        }
        json.beginObject("timeline_ms");
        for (Statistics.Event event : statistics.timeline()) {
            json.milliseconds(event.name(), event.nanoTime() - processStart);
        }
        json.endObject();
        json.beginObject("memory_bytes").member("guest", guestMemory);
        Resident resident = Resident.ofThisProcess(guestMemory);
        if (resident != null) {
            json.member("resident", resident.all()).member("resident_without_guest", resident.withoutGuest());
        }
        return json.endObject().endObject().toString();
    }

    private static void counts(Json json, String name, Statistics.Counts counts) {
        json.beginObject(name);
        json.member("exits_total", counts.totalExits());
        numbers(json, "exits", counts.exits());
        numbers(json, "hypercalls", counts.hypercalls());
        json.member("events_sent", counts.eventsSent());
        json.member("events_received", counts.eventsReceived());
        json.endObject();
    }

    private static void numbers(Json json, String name, Map<String, Long> numbers) {
        json.beginObject(name);
        for (Map.Entry<String, Long> number : numbers.entrySet()) {
            json.member(number.getKey(), number.getValue());
        }
        json.endObject();
    }
}
