package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1048576",
        "256, 268435456",
        "512M, 536870912",
        "512m, 536870912",
        "2G, 2147483648",
        "2GiB, 2147483648",
        "64k, 65536",
        "1T, 1099511627776",
        "0008, 8388608",
    })
    void sizesAreMebibytesUnlessTheySay(String text, long bytes) {
        assertEquals(bytes, Quantities.size(text, "--memory"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "M",
                "0",
                "0G",
                "-1",
                "1.5G",
                "1 G",
                "12X",
                "1MM",
                "0x10",
                "1e3",
                "９",
                "9999999T",
                "99999999999999999999"
            })
    void otherTextsAreNoSizes(String text) {
        var refusal = assertThrows(CommandLineException.class, () -> Quantities.size(text, "--memory"));

        assertTrue(refusal.toString().contains("--memory " + text + ": "), refusal.toString());
    }

    @ParameterizedTest
    @CsvSource({"50B, 50", "500K, 512000", "10m, 10485760", "2GiB, 2147483648", "1T, 1099511627776"})
    void ratesSayTheirUnit(String text, long bytes) {
        assertEquals(bytes, Quantities.rate(text, "limit"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "B",
                "50",
                "0",
                "0B",
                "0K",
                "-1K",
                "1.5M",
                "12X",
                "50 K",
                "50iops",
                "9999999T",
                "1234567890123K"
            })
    void otherTextsAreNoRates(String text) {
        var refusal = assertThrows(CommandLineException.class, () -> Quantities.rate(text, "limit"));

        assertTrue(refusal.toString().contains("limit " + text + ": "), refusal.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30000000000",
        "30s, 30000000000",
        "5m, 300000000000",
        "1.5h, 5400000000000",
        ".5, 500000000",
        "2., 2000000000",
        "250ms, 250000000",
        "1d, 86400000000000",
        "0.123456789d, 10666666569600",
        "0.000000001s, 1",
    })
    void durationsAreSecondsUnlessTheySay(String text, long nanoseconds) {
        assertEquals(Duration.ofNanos(nanoseconds), Quantities.duration(text, "--timeout"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "s",
                "0",
                "0.0s",
                "-5",
                "5x",
                "1.5.5",
                "5 s",
                "1,5",
                "0.0000000001",
                "999999999999d",
                "1e3"
            })
    void otherTextsAreNoDurations(String text) {
        assertThrows(CommandLineException.class, () -> Quantities.duration(text, "--timeout"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65", "10000", "-1", "+1", "1.0", "two", "99999999999"})
    void otherTextsAreNoCounts(String text) {
        assertThrows(CommandLineException.class, () -> Quantities.count(text, "--cpus", 1, 64));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 64", "007, 7"})
    void countsReachFromLeastToMost(String text, int count) {
        assertEquals(count, Quantities.count(text, "--cpus", 1, 64));
    }
}
