package dev.lodge.scheduler.simulation;

import dev.lodge.scheduler.BorrowedVirtualTime;
import dev.lodge.scheduler.RoundRobin;
import dev.lodge.scheduler.Share;
import dev.lodge.scheduler.Warp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code make schedule} shows: an interactive domain, a bursty one and CPU hogs, one of them with twice the weight, on two CPUs, shared
 * by borrowed virtual time and by round robin.
 */
public final class SampleSchedule {

    private static final long MS = 1_000_000;
    private static final long UNTIL = 10_000 * MS;
    private static final long SHOWN = 300 * MS;
    private static final int CPUS = 2;

    private SampleSchedule() {}

    /** Writes the chart to the file named, and the figures to the standard output. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: SampleSchedule CHART.svg");
            System.exit(2);
        }
        Path file = Path.of(arguments[0]);
        Outcome borrowed = run((cpus, vcpus, timers) ->
                new BorrowedVirtualTime(cpus, vcpus, BorrowedVirtualTime.ORDINARY_ALLOWANCE, timers));
        Outcome inTurn = run(
                (cpus, vcpus, timers) -> new RoundRobin(cpus, vcpus, BorrowedVirtualTime.ORDINARY_ALLOWANCE, timers));
        String chart = new GanttChart("An interactive domain among CPU hogs, on two CPUs", 0, SHOWN)
                .panel("Borrowed virtual time, by domain", borrowed, GanttChart.Lanes.DOMAINS)
                .panel("Borrowed virtual time, by CPU", borrowed, GanttChart.Lanes.CPUS)
                .panel("Round robin, by domain", inTurn, GanttChart.Lanes.DOMAINS)
                .panel("Round robin, by CPU", inTurn, GanttChart.Lanes.CPUS)
                .svg();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, chart);
        System.out.print(Table.of("borrowed virtual time", borrowed));
        System.out.print(Table.of("round robin", inTurn));
        System.out.println("chart: " + file);
    }

    private static Outcome run(PolicyFactory policy) {
        SimulatedHost host = new SimulatedHost(CPUS, policy);
        Warp warp = new Warp(50 * MS, 10 * MS, 10 * MS);
        host.add("interactive", Share.of(Share.ORDINARY).warped(warp), new Behaviour.Periodic(20 * MS, 2 * MS));
        host.add("bursty", Share.of(Share.ORDINARY), new Behaviour.Bursty(8 * MS, 30 * MS, 1));
        host.add("hog A", Share.of(Share.ORDINARY), new Behaviour.Hog());
        host.add("hog B", Share.of(Share.ORDINARY), new Behaviour.Hog());
        host.add("hog C", Share.of(Share.ORDINARY), new Behaviour.Hog());
        host.add("hog D", Share.of(2 * Share.ORDINARY), new Behaviour.Hog());
        return host.run(UNTIL);
    }
}
