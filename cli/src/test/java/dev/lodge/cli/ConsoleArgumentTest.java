package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleArgumentTest {
    @Test
    void consolesWithoutANumberGetTheLowestThatIsFree() {
        assertEquals(
                "[hvc0=file:log, hvc3=exec:tee a=b, hvc4=socket:/tmp/hvc1=x, hvc2=none]",
                parse(
                                "--console=file:log",
                                "--console",
                                "exec:tee a=b",
                                "--console=socket:/tmp/hvc1=x",
                                "--console",
                                "hvc2=none")
                        .consoles()
                        .toString());
        assertEquals(
                "[hvc0=tty:/dev/tty, hvc1=none, hvc7=file:x]",
                parse("--initrd", "f", "--console=tty:/dev/tty", "--console=none", "--console=hvc7=file:x")
                        .consoles()
                        .toString());
        assertEquals(
                "[hvc2=none]",
                parse("--root-disk", "d", "--console=hvc0=none", "--console=none")
                        .consoles()
                        .subList(1, 2)
                        .toString());
        assertEquals(List.of(), parse().consoles());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log | --console 'log': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "'' | --console '': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "none:x | --console 'none:x': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "FILE:x | --console 'FILE:x': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "hvc2= | --console '': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "hvc2 | --console 'hvc2': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "hvc2=hvc3=none | --console 'hvc3=none': not file:PATH, socket:PATH, exec:COMMAND, tty:DEVICE or none",
                "file: | --console file:: it lacks its PATH",
                "hvc2=socket: | --console hvc2=socket:: it lacks its PATH",
                "exec: | --console exec:: it lacks its COMMAND",
                "tty: | --console tty:: it lacks its DEVICE",
                "hvc10=none | --console hvc10=none: there is no console hvc10, only hvc0 to hvc7",
                "hvc8=none | --console hvc8=none: there is no console hvc8, only hvc0 to hvc7",
                "hvc=none | --console hvc=none: there is no console hvc, only hvc0 to hvc7",
                "hvcx=none | --console hvcx=none: there is no console hvcx, only hvc0 to hvc7",
                "hvc-1=none | --console hvc-1=none: there is no console hvc-1, only hvc0 to hvc7",
                "hvc1=socket:/tmp/s | --console hvc1=socket:/tmp/s: hvc1 carries the command; type --console hvc2=socket:/tmp/s",
            })
    void aConsoleThatIsWronglyDescribedIsNamed(String value, String message) {
        CommandLineException refused =
                assertThrows(CommandLineException.class, () -> parse("--console", value, "--", "true"));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void aConsoleHasOnePlaceAndThereAreEight() {
        CommandLineException twice =
                assertThrows(CommandLineException.class, () -> parse("--console=hvc2=none", "--console=hvc2=file:x"));
        assertEquals("--console hvc2=file:x: hvc2 is given twice", twice.getMessage());
        String[] eight = new String[8];
        Arrays.fill(eight, "--console=none");
        CommandLineException tooMany = assertThrows(CommandLineException.class, () -> parse(eight));
        assertEquals("--console: a guest has no more consoles than hvc0 to hvc7", tooMany.getMessage());
        assertEquals(7, parse(Arrays.copyOf(eight, 7)).consoles().size());
        assertThrows(CommandLineException.class, () -> parse("--console", "file:a\0b"));
        assertThrows(CommandLineException.class, () -> parse("--console", "exec:a\0b"));
    }

    private static RunRequest parse(String... arguments) {
        return RunArguments.parse(arguments, 0);
    }
}
