package dev.lodge.scheduler.simulation;

import static dev.lodge.scheduler.simulation.Schedules.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.scheduler.Share;
import dev.lodge.scheduler.Warp;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class GanttChartTest {

    private static final long UNTIL = 400 * MS;

    private static Outcome outcome() {
        SimulatedHost host = Schedules.borrowedVirtualTime(2);
        host.add(
                "<inter & \"active\">\u0007",
                Share.of(256).warped(new Warp(50 * MS, 10 * MS, 10 * MS)),
                new Behaviour.Periodic(20 * MS, 2 * MS));
        host.add("bursty", Share.of(256), new Behaviour.Bursty(5 * MS, 9 * MS, 3));
        Schedules.hog(host, 256);
        Schedules.hog(host, 512);
        return host.run(UNTIL);
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> rectangles(Document document, String kind) {
        NodeList all = document.getElementsByTagName("rect");
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getAttribute("class").equals(kind)) {
                found.add(element);
            }
        }
        return found;
    }

    private static long number(Element element, String attribute) {
        return Long.parseLong(element.getAttribute(attribute));
    }

    private static double length(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @ParameterizedTest
    @CsvSource({"DOMAINS, 4", "CPUS, 2"})
    void itIsWellFormedAndHasALaneForEach(GanttChart.Lanes lanes, int count) throws Exception {
        Document document = parse(new GanttChart("a < b & c", 0, UNTIL)
                .panel("the \"panel\"", outcome(), lanes)
                .svg());

        assertEquals("svg", document.getDocumentElement().getTagName());
        assertEquals(count, rectangles(document, "lane").size());
        assertEquals(5, rectangles(document, "key").size());
        assertEquals("a < b & c", document.getElementsByTagName("title").item(0).getTextContent());
        String text = document.getDocumentElement().getTextContent();
        assertTrue(text.contains("<inter & \"active\">\ufffd"), text);
        assertTrue(text.contains("the \"panel\""), text);
        assertTrue(text.contains("400 ms"), text);
    }

    @Test
    void everySpanOfTheTraceIsABarInItsPlace() throws Exception {
        Outcome outcome = outcome();
        Document document = parse(new GanttChart("all", 0, UNTIL)
                .panel("domains", outcome, GanttChart.Lanes.DOMAINS)
                .svg());
        Element firstLane = rectangles(document, "lane").getFirst();
        double left = length(firstLane, "x");
        double width = length(firstLane, "width");
        List<Span> drawn = new ArrayList<>();
        NodeList all = document.getElementsByTagName("rect");
        for (int i = 0; i < all.getLength(); i++) {
            Element bar = (Element) all.item(i);
            if (bar.hasAttribute("data-from")) {
                Span span = new Span(
                        (int) number(bar, "data-domain"),
                        (int) number(bar, "data-cpu"),
                        number(bar, "data-from"),
                        number(bar, "data-to"));
                drawn.add(span);
                assertEquals(left + width * span.from() / UNTIL, length(bar, "x"), 0.002, span::toString);
                assertEquals(width * span.length() / UNTIL, length(bar, "width"), 0.002, span::toString);
                Element lane = rectangles(document, "lane").get(span.domain());
                double middle = length(bar, "y") + length(bar, "height") / 2;
                assertEquals(length(lane, "y") + length(lane, "height") / 2, middle, span::toString);
                assertEquals(span.ran() ? "run" : "wait", bar.getAttribute("class"));
            }
        }

        assertEquals(outcome.trace(), drawn);
    }

    @ParameterizedTest
    @CsvSource({"DOMAINS", "CPUS"})
    void theBarsOfADomainAddUpToItsAccountedTime(GanttChart.Lanes lanes) throws Exception {
        Outcome outcome = outcome();
        Document document =
                parse(new GanttChart("all", 0, UNTIL).panel("p", outcome, lanes).svg());
        long[] drawn = new long[4];
        double[] pixels = new double[4];
        for (Element bar : rectangles(document, "run")) {
            drawn[(int) number(bar, "data-domain")] += number(bar, "data-to") - number(bar, "data-from");
            pixels[(int) number(bar, "data-domain")] += length(bar, "width");
        }
        for (int domain = 0; domain < 4; domain++) {
            assertEquals(outcome.ran(domain), drawn[domain]);
            assertEquals(1000.0 * outcome.ran(domain) / UNTIL, pixels[domain], 0.2);
        }
    }

    @Test
    void aPartOfTheTimeIsCutAtItsEnds() throws Exception {
        long from = 33 * MS;
        long to = 77 * MS;
        Document document = parse(new GanttChart("part", from, to)
                .panel("cpus", outcome(), GanttChart.Lanes.CPUS)
                .svg());
        long drawn = 0;
        for (Element bar : rectangles(document, "run")) {
            assertTrue(number(bar, "data-from") >= from && number(bar, "data-to") <= to);
            assertTrue(length(bar, "x") >= 170 && length(bar, "x") + length(bar, "width") <= 1170.001);
            drawn += number(bar, "data-to") - number(bar, "data-from");
        }
        assertEquals(2 * (to - from), drawn, "both CPUs were busy");
    }

    @Test
    void theSameOutcomeGivesTheSameText() {
        String once = new GanttChart("t", 0, UNTIL)
                .panel("p", outcome(), GanttChart.Lanes.CPUS)
                .svg();
        String again = new GanttChart("t", 0, UNTIL)
                .panel("p", outcome(), GanttChart.Lanes.CPUS)
                .svg();
        assertEquals(once, again);
    }

    @ParameterizedTest
    @CsvSource({"-1, 5", "5, 5", "6, 5", "0, 0"})
    void aChartOfNoTimeIsRefused(long from, long to) {
        assertThrows(IllegalArgumentException.class, () -> new GanttChart("none", from, to));
    }

    @Test
    void aChartWithoutPanelsIsRefused() {
        GanttChart chart = new GanttChart("none", 0, 1);
        assertThrows(IllegalStateException.class, chart::svg);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10, 1, 7 ns",
        "0, 300000000, 20000000, 0 ms",
        "0, 1500, 100, 0 ns",
        "0, 15000000000, 1000000000, 0 s",
        "0, 9223372036854775807, 1000000000000000000, 0 s",
    })
    void ticksAreRoundTimes(long from, long to, long step, String label) {
        TimeAxis axis = new TimeAxis(from, to, 0, 1000);
        assertEquals(step, axis.step());
        assertEquals(label, axis.label(label.startsWith("7") ? 7 : 0));
    }

    @Test
    void coloursOf128DomainsAreAllDifferent() {
        Set<String> colours = new HashSet<>();
        for (int domain = 0; domain < SimulatedHost.MOST_DOMAINS; domain++) {
            String colour = Palette.colour(domain);
            assertTrue(colour.matches("#[0-9a-f]{6}"), colour);
            assertTrue(colours.add(colour), colour + " again for " + domain);
        }
        assertNotEquals(Palette.colour(0), Palette.colour(1));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.001", "12340, 12.34", "-1500, -1.5", "170000, 170"})
    void lengthsAreWrittenExactly(long thousandths, String text) {
        assertEquals(text, SvgWriter.decimal(thousandths));
    }
}
