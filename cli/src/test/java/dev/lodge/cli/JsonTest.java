package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @Test
    void objectsAndArraysNest() {
        String text = new Json()
                .beginObject(null)
                .member("number", 1)
                .beginArray("list")
                .member(null, "a")
                .member(null, true)
                .endArray()
                .beginObject("empty")
                .endObject()
                .member("nothing", null)
                .endObject()
                .toString();

        assertEquals("""
                {
                  "number": 1,
                  "list": [
                    "a",
                    true
                  ],
                  "empty": {},
                  "nothing": null
                }
                """, text);
    }

    @Test
    void whatCouldEndAStringIsEscaped() {
        String text = new Json()
                .beginObject(null)
                .member("a\"b", "\\\n\t\r\0\u001b\ud800 é")
                .endObject()
                .toString();

        assertEquals("{\n  \"a\\\"b\": \"\\\\\\n\\t\\r\\u0000\\u001b\\ud800 é\"\n}\n", text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000",
        "999, 0.000",
        "1000, 0.001",
        "1490000000, 1490.000",
        "12345678, 12.345",
        "-1, 0.000",
        "-12345678, -12.345",
    })
    void millisecondsHaveThreeDecimals(long nanoseconds, String expected) {
        String text = new Json()
                .beginObject(null)
                .milliseconds("t", nanoseconds)
                .endObject()
                .toString();

        assertEquals("{\n  \"t\": " + expected + "\n}\n", text);
    }
}
