package dev.lodge.scheduler.simulation;

/** Writes well-formed SVG, one element on each line. Lengths are thousandths of a pixel, so that charts are exact text. */
final class SvgWriter {

    private final StringBuilder out = new StringBuilder(1 << 16);
    private int depth;

    /** The root element, with fonts that every viewer has. */
    SvgWriter(int width, int height) {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        begin("svg").attribute("xmlns", "http://www.w3.org/2000/svg");
        attribute("width", Integer.toString(width)).attribute("height", Integer.toString(height));
        attribute("viewBox", "0 0 " + width + " " + height);
        attribute("font-family", "sans-serif").attribute("font-size", "12");
        children();
    }

    /** Starts an element; attributes follow, then {@link #children} or {@link #end}. */
    SvgWriter begin(String name) {
        out.append("  ".repeat(depth)).append('<').append(name);
        return this;
    }

    SvgWriter attribute(String name, String value) {
        out.append(' ').append(name).append("=\"");
        escape(value);
        out.append('"');
        return this;
    }

    SvgWriter attribute(String name, long value) {
        return attribute(name, Long.toString(value));
    }

    /** A length in thousandths of a pixel. */
    SvgWriter length(String name, long thousandths) {
        return attribute(name, decimal(thousandths));
    }

    /** Ends the element that was begun last, which has no children. */
    void end() {
        out.append("/>\n");
    }

    /** Ends the element that was begun last, which holds but text. */
    void end(String element, String text) {
        out.append('>');
        escape(text);
        out.append("</").append(element).append(">\n");
    }

    /** Ends the start tag; what follows is within the element. */
    void children() {
        out.append(">\n");
        depth++;
    }

    /** Closes an element with children. */
    void close(String name) {
        depth--;
        out.append("  ".repeat(depth)).append("</").append(name).append(">\n");
    }

    /** The document, which is then complete. */
    String document() {
        close("svg");
        return out.toString();
    }

    /** 12345 is 12.345; trailing noughts are left out. */
    static String decimal(long thousandths) {
        long whole = Math.abs(thousandths) / 1000;
        long part = Math.abs(thousandths) % 1000;
        String digits = part == 0 ? "" : "." + Long.toString(1000 + part).substring(1);
        while (digits.endsWith("0")) {
            digits = digits.substring(0, digits.length() - 1);
        }
        return (thousandths < 0 ? "-" : "") + whole + digits;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                default -> out.append(mayStand(text, i) ? c : '\ufffd');
            }
        }
    }

    /** Whether XML 1.0 allows the character: no control characters, no halves of a surrogate pair. */
    private static boolean mayStand(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        }
        return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < '\ufffe');
    }
}
