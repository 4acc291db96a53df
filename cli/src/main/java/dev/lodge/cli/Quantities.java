package dev.lodge.cli;

import java.time.Duration;

/** Sizes and durations as users write them. */
final class Quantities {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int MOST_DIGITS = 12;

    private Quantities() {}

    /**
     * Reads a size: a whole number of {@code K}, {@code M}, {@code G} or {@code T}, binary; of MiB when it has no unit.
     *
     * @return bytes, more than 0
     * @throws CommandLineException if it is no size
     */
    static long size(String text, String option) {
        int digits = countDigits(text);
        int shift = sizeUnit(text.substring(digits));
        if (digits == 0 || digits > MOST_DIGITS || shift < 0) {
            throw bad(text, option, "a size, such as 512M or 2G");
        }
        long bytes = scaled(text, digits, shift);
        if (bytes < 0) {
            throw bad(text, option, "a size that a machine can have");
        }
        return bytes;
    }

    /**
     * Reads a rate: a whole number of {@code B}, {@code K}, {@code M}, {@code G} or {@code T}, binary, a second. It must say which:
     * nobody can tell whether a bare number is one of bytes or, as with {@link #size}, of MiB.
     *
     * @return bytes a second, more than 0
     * @throws CommandLineException if it is no rate, naming what to type
     */
    static long rate(String text, String option) {
        int digits = countDigits(text);
        if (digits > 0 && digits == text.length()) {
            throw bad(text, option, "a unit: " + text + "B, " + text + "K or " + text + "M bytes a second");
        }
        String unit = text.substring(digits);
        int shift = unit.equals("B") ? 0 : sizeUnit(unit);
        long bytes = digits == 0 || digits > MOST_DIGITS || shift < 0 ? -1 : scaled(text, digits, shift);
        if (bytes < 0) {
            throw bad(text, option, "bytes a second, such as 500K or 10M");
        }
        return bytes;
    }

    /**
     * Reads a duration: a number, with a fraction if need be, of {@code ms}, {@code s}, {@code m}, {@code h} or
     * {@code d}; of seconds when it has no unit.
     *
     * @return more than zero
     * @throws CommandLineException if it is no duration
     */
    static Duration duration(String text, String option) {
        int whole = countDigits(text);
        boolean fraction = whole < text.length() && text.charAt(whole) == '.';
        int fractionDigits = fraction ? countDigits(text.substring(whole + 1)) : 0;
        int end = fraction ? whole + 1 + fractionDigits : whole;
        long unit = durationUnit(text.substring(end));
        if (whole + fractionDigits == 0 || whole > MOST_DIGITS || fractionDigits > 9 || unit < 0) {
            throw bad(text, option, "a duration, such as 30s, 5m or 1.5h");
        }
        long wholes = whole == 0 ? 0 : Long.parseLong(text, 0, whole, 10);
        long parts = fractionDigits == 0 ? 0 : Long.parseLong(text, whole + 1, end, 10);
        long scale = 1;
        for (int i = 0; i < fractionDigits; i++) {
            scale *= 10;
        }
        // The unit is at most a day: 8.64e13 ns, so that unit / scale * parts and the remainder's share fit a long.
        long nanos = unit / scale * parts + unit % scale * parts / scale;
        if (wholes > (Long.MAX_VALUE - nanos) / unit || wholes * unit + nanos == 0) {
            throw bad(text, option, "a duration between a nanosecond and 292 years");
        }
        return Duration.ofNanos(wholes * unit + nanos);
    }

    /** Reads a whole number from {@code least} to {@code most}. */
    static int count(String text, String option, int least, int most) {
        long number = wholeNumber(text, 9);
        if (number < least || number > most) {
            throw bad(text, option, "a whole number from " + least + " to " + most);
        }
        return (int) number;
    }

    /** A whole number of at most so many digits, 18 at most; -1 if the text is anything else. */
    static long wholeNumber(String text, int mostDigits) {
        int digits = countDigits(text);
        boolean readable = digits > 0 && digits <= mostDigits && digits == text.length();
        return readable ? Long.parseLong(text) : -1;
    }

    /** The number that the text begins with, of so many digits, shifted; -1 if that is 0, or more than a long holds. */
    private static long scaled(String text, int digits, int shift) {
        long number = Long.parseLong(text, 0, digits, 10);
        return number == 0 || number > Long.MAX_VALUE >> shift ? -1 : number << shift;
    }

    private static int countDigits(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return digits;
    }

    private static int sizeUnit(String unit) {
        return switch (unit) {
            case "k", "K", "KiB" -> 10;
            case "", "m", "M", "MiB" -> 20;
            case "g", "G", "GiB" -> 30;
            case "t", "T", "TiB" -> 40;
            default -> -1;
        };
    }

    private static long durationUnit(String unit) {
        return switch (unit) {
            case "ms" -> NANOS_PER_SECOND / 1000;
            case "", "s" -> NANOS_PER_SECOND;
            case "m" -> 60 * NANOS_PER_SECOND;
            case "h" -> 3600 * NANOS_PER_SECOND;
            case "d" -> 24 * 3600 * NANOS_PER_SECOND;
            default -> -1;
        };
    }

    private static CommandLineException bad(String text, String option, String expected) {
        return new CommandLineException(option + " " + text + ": expected " + expected);
    }
}
