package dev.lodge.integration;

import dev.lodge.guest.TestGuests;
import dev.lodge.vmm.Domain;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.Lodge;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of a bare-metal test guest.
 *
 * @param output what it wrote to port 0xe9 and by console_io
 */
record BareMetal(String output, Shutdown shutdown, Statistics statistics) {
    /** A size that nothing else in the process has. */
    static final long MEMORY = 37L << 20;

    /** A domain that is yet to be started. */
    static DomainBuilder domain(String guest, String commandLine, TextConsole console) throws IOException {
        return Lodge.domain()
                .name(guest)
                .kernel(TestGuests.path(guest))
                .commandLine(commandLine)
                .memory(MEMORY)
                .earlyConsole(console);
    }

    /** Runs a guest to its end. */
    static BareMetal run(String guest, String commandLine) throws IOException, InterruptedException {
        TextConsole console = new TextConsole();
        return run(domain(guest, commandLine, console), console);
    }

    static BareMetal run(DomainBuilder builder, TextConsole console) throws InterruptedException {
        try (Domain domain = TimeLimit.watch(builder.start())) {
            Shutdown end = domain.await();
            return new BareMetal(console.text(), end, domain.statistics());
        }
    }

    /** Lines of "key value", by key. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            int space = line.lastIndexOf(' ');
            values.put(space < 0 ? line : line.substring(0, space), line.substring(space + 1));
        }
        return values;
    }
}
