package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.FrameHeaders;

/** IP addresses as people write them, without asking any name server. RFC 4291 for IPv6's. */
final class AddressText {

    private static final int GROUPS = 8;

    private AddressText() {}

    /** Reads four numbers with dots between, into the halves of an IPv6 address; false if the text is anything else. */
    static boolean parse4(String text, long[] halves) {
        int address = 0;
        int start = 0;
        for (int i = 0; i < 4; i++) {
            int dot = i == 3 ? text.length() : text.indexOf('.', start);
            int octet = dot < 0 ? -1 : number(text, start, dot, 255);
            if (octet < 0) {
                return false;
            }
            address = address << 8 | octet;
            start = dot + 1;
        }
        halves[0] = 0;
        halves[1] = FrameHeaders.mapped(address);
        return true;
    }

    /** Reads up to eight hexadecimal groups, of which {@code ::} may leave out some. */
    static boolean parse6(String text, long[] halves) {
        int[] groups = new int[GROUPS];
        int gap = text.indexOf("::");
        if (gap < 0) {
            if (groups(text, groups, 0) != GROUPS) {
                return false;
            }
        } else {
            String front = text.substring(0, gap);
            String back = text.substring(gap + 2);
            int before = groups(front, groups, 0);
            int[] rest = new int[GROUPS];
            int behind = groups(back, rest, 0);
            if (before < 0 || behind < 0 || before + behind >= GROUPS) {
                return false;
            }
            System.arraycopy(rest, 0, groups, GROUPS - behind, behind);
        }
        halves[0] = half(groups, 0);
        halves[1] = half(groups, GROUPS / 2);
        return true;
    }

    private static long half(int[] groups, int from) {
        long half = 0;
        for (int i = from; i < from + GROUPS / 2; i++) {
            half = half << 16 | groups[i];
        }
        return half;
    }

    /** How many groups a text without a gap has; -1 if it is not made of groups. */
    private static int groups(String text, int[] into, int from) {
        if (text.isEmpty()) {
            return 0;
        }
        int count = from;
        int start = 0;
        while (true) {
            int colon = text.indexOf(':', start);
            int end = colon < 0 ? text.length() : colon;
            if (end == start || end - start > 4 || count == GROUPS) {
                return -1;
            }
            int group = 0;
            for (int i = start; i < end; i++) {
                int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
                if (digit < 0) {
                    return -1;
                }
                group = group << 4 | digit;
            }
            into[count++] = group;
            if (colon < 0) {
                return count;
            }
            start = colon + 1;
        }
    }

    /** A decimal number from 0 to {@code most}, without a needless zero in front; -1 if it is none. */
    static int number(String text, int start, int end, int most) {
        int digits = end - start;
        if (digits < 1 || digits > 9 || (digits > 1 && text.charAt(start) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= most ? value : -1;
    }
}
