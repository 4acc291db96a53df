package dev.lodge.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A chart of schedules as SVG: panels below each other over one time axis, a lane for each CPU or each domain, a bar for
 * each time that a domain ran, a thin one while it waited for a CPU.
 *
 * <p>Bars carry what they show ({@code data-domain}, {@code data-cpu}, {@code data-from}, {@code data-to}, in
 * nanoseconds, cut at the chart's ends), so that programs can read a chart, too. The same outcome gives the same text.
 */
public final class GanttChart {

    /** What lanes stand for. */
    public enum Lanes {
        /** Which domain each CPU ran. Waiting is not shown. */
        CPUS,
        /** When each domain ran, and waited. */
        DOMAINS
    }

    private static final int LEFT = 170;
    private static final int PLOT = 1000;
    private static final int RIGHT = 30;
    private static final int TOP = 44;
    private static final int LANE = 22;
    private static final int BAR = 16;
    private static final int WAIT = 4;
    private static final int PANEL_TITLE = 30;
    private static final int AXIS = 30;
    private static final int LEGEND_LINE = 20;
    private static final int LEGEND_COLUMN = 200;
    private static final int LEGEND_COLUMNS = PLOT / LEGEND_COLUMN;

    private record Panel(String name, Outcome outcome, Lanes lanes) {
        int count() {
            return lanes == Lanes.CPUS ? outcome.cpus() : outcome.domains().size();
        }

        int height() {
            return PANEL_TITLE + count() * LANE + AXIS;
        }
    }

    private final String title;
    private final TimeAxis axis;
    private final List<Panel> panels = new ArrayList<>();

    /**
     * An empty chart of the time between two nanoseconds.
     *
     * @throws IllegalArgumentException if that is not a time
     */
    public GanttChart(String title, long from, long to) {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("no chart from " + from + " ns to " + to + " ns");
        }
        this.title = title;
        this.axis = new TimeAxis(from, to, LEFT, PLOT);
    }

    /** Adds a panel below the others. The panels of a chart show the same domains. */
    public GanttChart panel(String name, Outcome outcome, Lanes lanes) {
        panels.add(new Panel(name, outcome, lanes));
        return this;
    }

    /**
     * The chart as an SVG document.
     *
     * @throws IllegalStateException if it has no panel
     */
    public String svg() {
        if (panels.isEmpty()) {
            throw new IllegalStateException("a chart has at least one panel");
        }
        int legend =
                LEGEND_LINE * Math.ceilDiv(panels.getFirst().outcome().domains().size() + 1, LEGEND_COLUMNS);
        int height = TOP + legend + 20;
        for (Panel panel : panels) {
            height += panel.height();
        }
        int width = LEFT + PLOT + RIGHT;
        SvgWriter svg = new SvgWriter(width, height);
        svg.begin("title").end("title", title);
        svg.begin("rect").attribute("width", width).attribute("height", height).attribute("fill", "white");
        svg.end();
        text(svg, LEFT, 28, "start", title, "18");
        int top = TOP;
        for (Panel panel : panels) {
            draw(svg, panel, top);
            top += panel.height();
        }
        legend(svg, panels.getFirst().outcome().domains(), top + 10);
        return svg.document();
    }

    private void draw(SvgWriter svg, Panel panel, int top) {
        svg.begin("g").attribute("class", "panel").attribute("data-name", panel.name());
        svg.children();
        text(svg, LEFT, top + 20, "start", panel.name(), "14");
        int lanes = top + PANEL_TITLE;
        for (int lane = 0; lane < panel.count(); lane++) {
            int y = lanes + lane * LANE;
            svg.begin("rect").attribute("class", "lane").attribute("x", LEFT).attribute("y", y);
            svg.attribute("width", PLOT).attribute("height", LANE);
            svg.attribute("fill", lane % 2 == 0 ? "#f6f6f6" : "#ececec");
            svg.end();
            text(svg, LEFT - 8, y + 15, "end", label(panel, lane), "12");
        }
        ticks(svg, lanes, lanes + panel.count() * LANE);
        for (Span span : panel.outcome().trace()) {
            if (span.to() > axis.from() && span.from() < axis.to()) {
                bar(svg, panel, span, lanes);
            }
        }
        svg.close("g");
    }

    private static String label(Panel panel, int lane) {
        if (panel.lanes() == Lanes.CPUS) {
            return "CPU " + lane;
        }
        DomainReport domain = panel.outcome().domains().get(lane);
        return domain.name() + " (weight " + domain.share().weight() + ")";
    }

    private void ticks(SvgWriter svg, int top, int bottom) {
        long step = axis.step();
        for (long time = Math.ceilDiv(axis.from(), step) * step; time <= axis.to(); time += step) {
            long x = axis.place(time);
            svg.begin("line").attribute("class", "tick").length("x1", x).length("x2", x);
            svg.attribute("y1", top).attribute("y2", bottom + 4).attribute("stroke", "#c4c4c4");
            svg.end();
            svg.begin("text").length("x", x).attribute("y", bottom + 17).attribute("text-anchor", "middle");
            svg.attribute("font-size", "11").end("text", axis.label(time));
        }
    }

    private void bar(SvgWriter svg, Panel panel, Span span, int lanes) {
        if (!span.ran() && panel.lanes() == Lanes.CPUS) {
            return;
        }
        int lane = panel.lanes() == Lanes.CPUS ? span.cpu() : span.domain();
        int height = span.ran() ? BAR : WAIT;
        long from = Math.max(span.from(), axis.from());
        long to = Math.min(span.to(), axis.to());
        svg.begin("rect").attribute("class", span.ran() ? "run" : "wait");
        svg.length("x", axis.place(from)).length("width", axis.place(to) - axis.place(from));
        svg.attribute("y", lanes + lane * LANE + (LANE - height) / 2).attribute("height", height);
        svg.attribute("fill", span.ran() ? Palette.colour(span.domain()) : "#b0b0b0");
        svg.attribute("data-domain", span.domain()).attribute("data-cpu", span.cpu());
        svg.attribute("data-from", from).attribute("data-to", to);
        svg.end();
    }

    private static void legend(SvgWriter svg, List<DomainReport> domains, int top) {
        for (int entry = 0; entry <= domains.size(); entry++) {
            int x = LEFT + entry % LEGEND_COLUMNS * LEGEND_COLUMN;
            int y = top + entry / LEGEND_COLUMNS * LEGEND_LINE;
            boolean waiting = entry == domains.size();
            svg.begin("rect").attribute("class", "key").attribute("x", x).attribute("y", waiting ? y + 4 : y);
            svg.attribute("width", 12).attribute("height", waiting ? WAIT : 12);
            svg.attribute("fill", waiting ? "#b0b0b0" : Palette.colour(entry));
            svg.end();
            String name = waiting ? "waits for a CPU" : domains.get(entry).name();
            text(svg, x + 18, y + 10, "start", name, "12");
        }
    }

    private static void text(SvgWriter svg, int x, int y, String anchor, String text, String size) {
        svg.begin("text").attribute("x", x).attribute("y", y).attribute("text-anchor", anchor);
        svg.attribute("font-size", size).end("text", text);
    }
}
