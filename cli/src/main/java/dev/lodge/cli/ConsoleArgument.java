package dev.lodge.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The value of {@code --console}: {@code [hvcN=]WHERE}.
 *
 * @param index the N of {@code hvcN}; -1 until {@link #number} gives it one
 * @param place the path, device or command; empty for {@link Kind#NONE}
 */
record ConsoleArgument(int index, Kind kind, String place) {
    /** The console that carries the command. */
    private static final int COMMAND = 1;

    /** Linux has device files for so many ({@code drivers/tty/hvc/hvc_console.h}). */
    private static final int CONSOLES = 8;

    private static final String OPTION = "--console ";
    private static final String CONSOLE = "hvc";

    /** What a console is connected to. */
    enum Kind {
        FILE("file:", "PATH"),
        SOCKET("socket:", "PATH"),
        EXEC("exec:", "COMMAND"),
        TTY("tty:", "DEVICE"),
        NONE("none", "");

        final String word;
        final String value;

        Kind(String word, String value) {
            this.word = word;
            this.value = value;
        }
    }

    /**
     * Reads it.
     *
     * @throws CommandLineException naming what is wrong
     */
    static ConsoleArgument parse(String value) {
        int equals = value.startsWith(CONSOLE) ? value.indexOf('=') : -1;
        int index = equals < 0 ? -1 : index(value.substring(0, equals), value);
        String where = value.substring(equals + 1);
        for (Kind kind : Kind.values()) {
            if (kind == Kind.NONE ? where.equals(kind.word) : where.startsWith(kind.word)) {
                String place = where.substring(kind.word.length());
                if (place.isEmpty() && kind != Kind.NONE) {
                    throw new CommandLineException(OPTION + value + ": it lacks its " + kind.value);
                }
                if (kind == Kind.EXEC) {
                    if (place.indexOf('\0') >= 0) {
                        throw new CommandLineException(OPTION + "exec: a command holds no NUL");
                    }
                } else if (kind != Kind.NONE) {
                    RunArguments.path(place, OPTION + kind.word);
                }
                return new ConsoleArgument(index, kind, place);
            }
        }
        throw new CommandLineException(
                OPTION + "'" + where + "': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none");
    }

    private static int index(String word, String value) {
        int digit = word.length() == CONSOLE.length() + 1 ? word.charAt(CONSOLE.length()) - '0' : -1;
        if (digit < 0 || digit >= CONSOLES) {
            throw new CommandLineException(OPTION + value + ": there is no console " + word + ", only hvc0 to hvc7");
        }
        return digit;
    }

    /**
     * Gives each without a number the lowest that is free.
     *
     * @param commandRuns whether {@code hvc1} carries a command
     * @throws CommandLineException if two have the same, one has the command's, or they are too many
     */
    static List<ConsoleArgument> number(List<ConsoleArgument> given, boolean commandRuns) {
        boolean[] taken = new boolean[CONSOLES];
        for (ConsoleArgument argument : given) {
            if (argument.index == COMMAND && commandRuns) {
                throw new CommandLineException(OPTION + argument.in(COMMAND) + ": hvc1 carries the command; type "
                        + OPTION + argument.in(COMMAND + 1));
            }
            if (argument.index >= 0) {
                if (taken[argument.index]) {
                    throw new CommandLineException(
                            OPTION + argument.in(argument.index) + ": hvc" + argument.index + " is given twice");
                }
                taken[argument.index] = true;
            }
        }
        taken[COMMAND] |= commandRuns;
        List<ConsoleArgument> numbered = new ArrayList<>(given.size());
        for (ConsoleArgument argument : given) {
            int index = argument.index >= 0 ? argument.index : lowestFree(taken);
            taken[index] = true;
            numbered.add(new ConsoleArgument(index, argument.kind, argument.place));
        }
        return List.copyOf(numbered);
    }

    private static int lowestFree(boolean[] taken) {
        for (int i = 0; i < CONSOLES; i++) {
            if (!taken[i]) {
                return i;
            }
        }
        throw new CommandLineException("--console: a guest has no more consoles than hvc0 to hvc7");
    }

    private String in(int console) {
        return CONSOLE + console + "=" + kind.word + place;
    }

    /** As it may be typed. */
    @Override
    public String toString() {
        return index < 0 ? kind.word + place : in(index);
    }
}
