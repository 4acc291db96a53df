package dev.lodge.integration;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads JSON as far as Lodge writes it: objects, strings without escapes, numbers. Anything else is a failure. */
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** Reads a text that is one object: members by name, numbers as {@code Double}. */
    static Map<String, Object> object(String text) {
        JsonReader reader = new JsonReader(text);
        Map<String, Object> object = reader.object();
        reader.skipSpace();
        if (reader.at != text.length()) {
            throw reader.unexpected();
        }
        return object;
    }

    /** A member that is an object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> member(Map<String, Object> object, String name) {
        if (object.get(name) instanceof Map<?, ?> member) {
            return (Map<String, Object>) member;
        }
        throw new AssertionError("no object " + name + " in " + object);
    }

    /** A member that is a number. */
    static double number(Map<String, Object> object, String name) {
        if (object.get(name) instanceof Double number) {
            return number;
        }
        throw new AssertionError("no number " + name + " in " + object);
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        if (!next('}')) {
            do {
                String name = string();
                expect(':');
                if (members.put(name, value()) != null) {
                    throw new AssertionError("twice: " + name);
                }
            } while (next(','));
            expect('}');
        }
        return members;
    }

    private Object value() {
        skipSpace();
        if (text.startsWith("{", at)) {
            return object();
        }
        if (text.startsWith("\"", at)) {
            return string();
        }
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw unexpected();
        }
        return Double.valueOf(text.substring(start, at));
    }

    private String string() {
        expect('"');
        int end = text.indexOf('"', at);
        if (end < 0 || text.substring(at, end).contains("\\")) {
            throw unexpected();
        }
        String string = text.substring(at, end);
        at = end + 1;
        return string;
    }

    private void expect(char wanted) {
        if (!next(wanted)) {
            throw unexpected();
        }
    }

    private boolean next(char wanted) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private AssertionError unexpected() {
        return new AssertionError("not JSON at offset " + at + ": " + text);
    }
}
