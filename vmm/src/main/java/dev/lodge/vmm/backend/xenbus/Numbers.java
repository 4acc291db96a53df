package dev.lodge.vmm.backend.xenbus;

/** Numbers as front ends write them into xenstore. */
final class Numbers {

    private static final int MOST_DIGITS = 18; // which a long holds
    private static final int MOST_SHOWN = 40;

    private Numbers() {}

    /** A decimal number without a sign or anything else, or -1. */
    static long parse(String text) {
        int length = text.length();
        if (length == 0 || length > MOST_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** A guest's text, fit for a line of the log. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < MOST_SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 127 ? c : '?');
        }
        return text.length() > MOST_SHOWN ? shown.append("...").toString() : shown.toString();
    }
}
