package dev.lodge.cli;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.DomainBuilder;
import dev.lodge.vmm.HostConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consoles of {@code --console}, from before the guest starts until after it has gone. */
final class GuestConsoles implements AutoCloseable {
    private static final Path OWN_TERMINAL = Path.of("/dev/tty");

    private final List<HostConsole> opened = new ArrayList<>();
    private final List<Console> more = new ArrayList<>();
    private final List<Integer> indices = new ArrayList<>();
    private @Nullable Console first;

    private GuestConsoles() {}

    /**
     * Opens them.
     *
     * @param leave told of Ctrl-] where one of them has that terminal
     * @throws CommandLineException naming the one that cannot be opened
     */
    static GuestConsoles open(RunRequest request, Runnable leave) {
        boolean firstIsElsewhere =
                request.runsOwnInit() && request.consoles().stream().anyMatch(argument -> argument.index() == 0);
        boolean terminalInUse = GuestTerminal.isInteractive() && !firstIsElsewhere;
        var consoles = new GuestConsoles();
        try {
            for (ConsoleArgument argument : request.consoles()) {
                consoles.add(argument, terminalInUse, leave);
            }
            return consoles;
        } catch (IOException refused) {
            consoles.close();
            throw new CommandLineException(String.valueOf(refused.getMessage()));
        } catch (RuntimeException | Error refused) {
            consoles.close();
            throw refused;
        }
    }

    private void add(ConsoleArgument argument, boolean terminalInUse, Runnable leave) throws IOException {
        Console console;
        try {
            console = open(argument, terminalInUse, leave);
        } catch (IOException refused) {
            throw new IOException("--console " + argument + ": " + refused.getMessage(), refused);
        }
        if (argument.index() == 0) {
            first = console;
        } else {
            more.add(console);
            indices.add(argument.index());
        }
    }

    private Console open(ConsoleArgument argument, boolean terminalInUse, Runnable leave) throws IOException {
        String place = argument.place();
        return switch (argument.kind()) {
            case FILE -> kept(HostConsole.file(Path.of(place)));
            case SOCKET -> kept(HostConsole.socket(Path.of(place)));
            case EXEC -> kept(HostConsole.program(List.of("/bin/sh", "-c", place)));
            case TTY -> terminal(Path.of(place), terminalInUse, leave);
            case NONE -> Console.DISCARD;
        };
    }

    private Console terminal(Path device, boolean inUse, Runnable leave) throws IOException {
        boolean own = isOwn(device);
        if (own && inUse) {
            throw new IOException(
                    "the guest has this terminal already: redirect standard input, such as by '< /dev/null'");
        }
        HostConsole console = kept(HostConsole.terminal(device));
        return own ? new KeyWatch(console, leave) : console;
    }

    private static boolean isOwn(Path device) throws IOException {
        if (device.equals(OWN_TERMINAL)) {
            return true;
        }
        for (int fd = 0; fd <= 2; fd++) {
            Path open = Path.of("/proc/self/fd", Integer.toString(fd));
            if (Files.exists(device) && Files.exists(open) && Files.isSameFile(device, open)) {
                return true;
            }
        }
        return false;
    }

    private HostConsole kept(HostConsole console) {
        opened.add(console);
        return console;
    }

    /** Whether {@code hvc0} is one of them. */
    boolean hasFirst() {
        return first != null;
    }

    /** What has {@code hvc0}: what was given, and what would have it otherwise, if that is anything, sees it too. */
    Console firstOr(Console usual) {
        Console given = first;
        if (given == null) {
            return usual;
        }
        return usual == Console.DISCARD ? given : new ConsoleTee(given, usual);
    }

    /** Gives a domain those beyond {@code hvc0}. */
    void addTo(DomainBuilder builder) {
        for (int i = 0; i < more.size(); i++) {
            builder.console(indices.get(i), more.get(i));
        }
    }

    /** Lets them have the guest's last words, and closes them. */
    @Override
    public void close() {
        opened.forEach(HostConsole::close);
    }
}
