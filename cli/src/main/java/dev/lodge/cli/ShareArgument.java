package dev.lodge.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a user asked for with {@code --share HOST:GUEST[:ro]}.
 *
 * @param guest begins with a slash, and is longer than that
 */
record ShareArgument(Path host, String guest, boolean readOnly) {
    private static final String READ_ONLY = ":ro";

    /**
     * Reads the option's value. A colon may be in HOST, but not in GUEST.
     *
     * @param name the option's, for messages
     * @throws CommandLineException if it is no such value
     */
    static ShareArgument parse(String value, String name) {
        boolean readOnly = value.endsWith(READ_ONLY);
        String both = readOnly ? value.substring(0, value.length() - READ_ONLY.length()) : value;
        int colon = both.lastIndexOf(':');
        String guest = both.substring(colon + 1);
        if (colon <= 0 || guest.length() < 2 || guest.charAt(0) != '/' || value.indexOf('\0') >= 0) {
            throw new CommandLineException(name + " '" + value.replace('\0', '?')
                    + "': not HOST:GUEST or HOST:GUEST:ro, with GUEST a path from the guest's root, such as .:/src");
        }
        try {
            return new ShareArgument(Path.of(both.substring(0, colon)), guest, readOnly);
        } catch (InvalidPathException e) {
            throw new CommandLineException(name + " '" + value + "': not a directory's name");
        }
    }
}
