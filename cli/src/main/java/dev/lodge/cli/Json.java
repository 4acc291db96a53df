package dev.lodge.cli;

import org.jspecify.annotations.Nullable;

/** Writes indented JSON, one member a line. The caller keeps objects and arrays balanced. */
final class Json {
    private final StringBuilder text = new StringBuilder(4096);
    private int depth;
    private boolean empty = true;

    Json beginObject(@Nullable String name) {
        return begin(name, '{');
    }

    Json beginArray(@Nullable String name) {
        return begin(name, '[');
    }

    Json endObject() {
        return end('}');
    }

    Json endArray() {
        return end(']');
    }

    Json member(@Nullable String name, @Nullable String value) {
        next(name);
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    Json member(@Nullable String name, long value) {
        next(name);
        text.append(value);
        return this;
    }

    Json member(@Nullable String name, boolean value) {
        next(name);
        text.append(value);
        return this;
    }

    /** Nanoseconds as milliseconds with three decimals, cut, not rounded. */
    Json milliseconds(String name, long nanoseconds) {
        next(name);
        long micros = Math.abs(nanoseconds / 1000);
        text.append(nanoseconds <= -1000 ? "-" : "").append(micros / 1000).append('.');
        long decimals = micros % 1000;
        text.append(decimals < 100 ? "0" : "").append(decimals < 10 ? "0" : "").append(decimals);
        return this;
    }

    @Override
    public String toString() {
        return text + "\n";
    }

    private Json begin(@Nullable String name, char bracket) {
        if (depth > 0) {
            next(name);
        }
        text.append(bracket);
        depth++;
        empty = true;
        return this;
    }

    private Json end(char bracket) {
        depth--;
        if (!empty) {
            newLine();
        }
        text.append(bracket);
        empty = false;
        return this;
    }

    private void next(@Nullable String name) {
        if (!empty) {
            text.append(',');
        }
        newLine();
        empty = false;
        if (name != null) {
            quote(name);
            text.append(": ");
        }
    }

    private void newLine() {
        text.append('\n');
        for (int i = 0; i < depth; i++) {
            text.append("  ");
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        escape(c);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    /** Surrogates too: alone they could not be written as UTF-8. */
    private void escape(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
