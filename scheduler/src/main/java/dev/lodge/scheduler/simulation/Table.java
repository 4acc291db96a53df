package dev.lodge.scheduler.simulation;

import java.util.Locale;

/** An outcome's figures as lines of text. */
public final class Table {

    private Table() {}

    /** One line for each domain, below a heading: part of the CPU time, switches, and latencies in microseconds. */
    public static String of(String name, Outcome outcome) {
        StringBuilder out = new StringBuilder();
        out.append(line(
                "%s: %d CPU(s), %d ms, %d context switches, %.1f%% idle",
                name,
                outcome.cpus(),
                outcome.until() / 1_000_000,
                outcome.contextSwitches(),
                100.0 * outcome.idle() / ((double) outcome.until() * outcome.cpus())));
        out.append(line(
                "  %-14s %6s %8s %9s %9s %10s %10s %10s %10s %12s",
                "domain",
                "weight",
                "CPU %",
                "switches",
                "wake-ups",
                "least us",
                "median us",
                "99% us",
                "most us",
                "longest wait"));
        for (int domain = 0; domain < outcome.domains().size(); domain++) {
            DomainReport report = outcome.domains().get(domain);
            Latencies latencies = report.latencies();
            out.append(line(
                    "  %-14s %6d %8.2f %9d %9d %10.1f %10.1f %10.1f %10.1f %12.1f",
                    report.name(),
                    report.share().weight(),
                    100 * outcome.shareOf(domain),
                    report.dispatches(),
                    latencies.count(),
                    latencies.least() / 1e3,
                    latencies.median() / 1e3,
                    latencies.percentile99() / 1e3,
                    latencies.most() / 1e3,
                    report.longestWait() / 1e3));
        }
        return out.toString();
    }

    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments) + "\n";
    }
}
