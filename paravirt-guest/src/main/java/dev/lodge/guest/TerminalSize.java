package dev.lodge.guest;

/**
 * The size of a terminal's window in characters.
 *
 * @param rows 0 to 65,535; 0 means not known, as in {@code struct winsize}
 * @param columns likewise
 */
public record TerminalSize(int rows, int columns) {
    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public TerminalSize {
        if ((rows | columns) >>> 16 != 0) {
            throw new IllegalArgumentException("a terminal of " + rows + " rows and " + columns + " columns");
        }
    }
}
