package dev.lodge.vmm.store;

import java.nio.charset.StandardCharsets;

/** DIRECTORY_PART: children's names piece by piece, for lists longer than a message. */
final class DirectoryParts {

    private DirectoryParts() {}

    /**
     * The node's generation, a NUL, then whole names from an offset on, as many as fit. An empty name ends the last piece.
     *
     * @param offset decimal, as {@code atoi} reads it: what is no number counts as 0, what is below 0 lies behind the list
     */
    static byte[] from(Node node, String offset) {
        byte[] children = node.children();
        byte[] generation =
                Long.toUnsignedString(node.generation()).concat("\0").getBytes(StandardCharsets.ISO_8859_1);
        int start = offsetIn(offset, children.length);
        int end = start;
        int most = WireParser.PAYLOAD_MAX - generation.length - 1;
        while (end < children.length) {
            int next = endOfName(children, end) + 1;
            if (next - start > most) {
                break;
            }
            end = next;
        }
        boolean last = end == children.length;
        byte[] piece = new byte[generation.length + end - start + (last ? 1 : 0)];
        System.arraycopy(generation, 0, piece, 0, generation.length);
        System.arraycopy(children, start, piece, generation.length, end - start);
        return piece;
    }

    private static int endOfName(byte[] children, int from) {
        int end = from;
        while (children[end] != 0) {
            end++;
        }
        return end;
    }

    private static int offsetIn(String text, int length) {
        if (text.startsWith("-")) {
            return length;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = number * 10 + digit;
            if (number >= length) {
                return length;
            }
        }
        return number;
    }
}
