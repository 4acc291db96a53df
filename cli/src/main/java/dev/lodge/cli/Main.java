package dev.lodge.cli;

import dev.lodge.linux.LinuxException;
import dev.lodge.vmm.BootException;

/** The program's entry. */
public final class Main {
    private static final String HINT = " (lodge help tells more)";

    private Main() {}

    /** Runs one command line and ends the JVM with its status. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        try {
            return switch (command) {
                case "run" -> runGuest(arguments);
                case "doctor" -> doctor(arguments);
                case "help", "--help", "-h" -> help(arguments);
                case "--version", "-V", "version" -> version();
                case "" -> wrongUsage("what is to be done?" + HINT);
                default -> wrongUsage("unknown command " + command + HINT);
            };
        } catch (CommandLineException | BootException | LinuxException | IllegalArgumentException e) {
            if ("debug".equals(System.getenv("LODGE_LOG"))) {
                e.printStackTrace();
            }
            return wrongUsage(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            return wrongUsage("interrupted");
        }
    }

    /** One line of Lodge's own on standard error. */
    static void say(String message) {
        System.err.println("lodge: " + message);
    }

    private static int runGuest(String[] arguments) throws InterruptedException {
        RunRequest request;
        try {
            request = RunArguments.parse(arguments, 1);
        } catch (CommandLineException e) {
            return wrongUsage("run: " + e.getMessage() + " (lodge run --help tells more)");
        }
        if (request.help()) {
            Help.printRun(System.out);
            return ExitStatus.OK;
        }
        return RunCommand.run(request);
    }

    private static int doctor(String[] arguments) {
        if (arguments.length == 2 && isHelp(arguments[1])) {
            Help.printDoctor(System.out);
            return ExitStatus.OK;
        }
        return DoctorCommand.run(arguments, 1, System.out);
    }

    private static int help(String[] arguments) {
        if (arguments.length > 1 && arguments[1].equals("run")) {
            Help.printRun(System.out);
        } else if (arguments.length > 1 && arguments[1].equals("doctor")) {
            Help.printDoctor(System.out);
        } else {
            Help.print(System.out);
        }
        return ExitStatus.OK;
    }

    private static int version() {
        System.out.println(
                "lodge " + System.getProperty("lodge.version", "0.1.0-SNAPSHOT") + " (Java " + Runtime.version() + ")");
        return ExitStatus.OK;
    }

    private static boolean isHelp(String argument) {
        return argument.equals("--help") || argument.equals("-h");
    }

    private static int wrongUsage(String message) {
        say(message);
        return ExitStatus.LODGE_FAILED;
    }
}
