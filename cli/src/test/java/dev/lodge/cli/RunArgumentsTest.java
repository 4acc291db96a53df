package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.HypercallPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunArgumentsTest {
    @Test
    void withoutArgumentsEverythingIsAsUsual() {
        RunRequest request = parse();

        assertNull(request.kernel());
        assertNull(request.initrd());
        assertNull(request.timeout());
        assertNull(request.stats());
        assertNull(request.xenstore());
        assertEquals("", request.append());
        assertEquals(256L << 20, request.memory());
        assertEquals(1, request.cpus());
        assertFalse(request.verbose() || request.force() || request.help());
        assertEquals(List.of(), request.command());
    }

    @Test
    void disksComeInTheirOrder() {
        RunRequest request =
                parse("--disk", "a.img", "--disk=b.img,ro,limit=1M", "--disk", "c.img,overlay=c.cow,limit=5iops");
        assertEquals(
                "[a.img, b.img,ro,limit=1048576, c.img,overlay=c.cow,limit=5iops]",
                request.disks().toString());
        assertEquals("[d,overlay]", parse("--disk", "d,overlay").disks().toString());
        assertEquals(
                "[d,format=raw, e,format=qcow2,ro]",
                parse("--disk", "d,format=raw", "--disk", "e,ro,format=qcow2")
                        .disks()
                        .toString());
        assertEquals(List.of(), parse().disks());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d,rw | --disk ...,rw: not 'ro', 'overlay', 'overlay=FILE', 'format=...' or 'limit=...'",
                "d, | --disk ...,: not 'ro', 'overlay', 'overlay=FILE', 'format=...' or 'limit=...'",
                "d,format | --disk ...,format: not 'format=raw' or 'format=qcow2'",
                "d,format=vmdk | --disk ...,format=vmdk: not 'format=raw' or 'format=qcow2'",
                "d,ro=1 | --disk ...,ro=1: 'ro' takes no value",
                "d,ro,overlay | --disk d: 'ro' and 'overlay' exclude each other",
                "d,overlay= | --disk ...,overlay '': not a file's name",
                "d,limit | --disk ...,limit : expected a size, such as 512M or 2G",
                "d,limit=fast | --disk ...,limit fast: expected a size, such as 512M or 2G",
                "d,limit=0iops | --disk ...,limit 0: expected a whole number from 1 to 999999999",
                "d,limit=iops | --disk ...,limit : expected a whole number from 1 to 999999999",
                ",ro | --disk '': not a file's name",
            })
    void aDiskThatIsWronglyDescribedIsNamed(String value, String message) {
        CommandLineException refused = assertThrows(CommandLineException.class, () -> parse("--disk", value));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void everyOptionIsUnderstood() {
        RunRequest request = parse(
                "-k",
                "vmlinuz",
                "--initrd",
                "root.cpio",
                "--append",
                "a b",
                "--append",
                "c",
                "-m",
                "1G",
                "-c",
                "2",
                "--timeout",
                "5m",
                "--hypercalls",
                "patched",
                "--max-cpus",
                "4",
                "--xenstore",
                "/tmp/xs",
                "--stats",
                "s.json",
                "-v",
                "--force",
                "--",
                "make",
                "check");

        assertEquals(Path.of("vmlinuz"), request.kernel());
        assertEquals(Path.of("root.cpio"), request.initrd());
        assertEquals("a b c", request.append());
        assertEquals(1L << 30, request.memory());
        assertEquals(2, request.cpus());
        assertEquals(4, request.maxCpus());
        assertEquals(Duration.ofMinutes(5), request.timeout());
        assertEquals(HypercallPath.PATCHED, request.hypercalls());
        assertEquals(Path.of("/tmp/xs"), request.xenstore());
        assertEquals(Path.of("s.json"), request.stats());
        assertTrue(request.verbose());
        assertTrue(request.force());
        assertEquals(List.of("make", "check"), request.command());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m 512M", "-m512M", "--memory 512M", "--memory=512M"})
    void anOptionsValueMayBeWrittenInFourWays(String line) {
        assertEquals(512L << 20, parse(line.split(" ", -1)).memory());
    }

    @Test
    void optionsAfterTheFirstWordAreTheCommands() {
        RunRequest request = parse("-v", "ls", "-k", "--", "--help");

        assertNull(request.kernel());
        assertFalse(request.help());
        assertEquals(List.of("ls", "-k", "--", "--help"), request.command());
    }

    @Test
    void nothingAfterTwoHyphensIsAnOption() {
        assertEquals(List.of("-v", "--", "x"), parse("--", "-v", "--", "x").command());
    }

    @Test
    void aSingleHyphenIsAWord() {
        assertEquals(List.of("-"), parse("-").command());
    }

    @Test
    void anInitrdWithoutACommandRunsItsOwnInit() {
        assertTrue(parse("--initrd", "f").runsOwnInit());
        assertFalse(parse("--initrd", "f", "true").runsOwnInit());
        assertFalse(parse().runsOwnInit());
    }

    @Test
    void directoriesMayBeSharedAndOneOfThemTheRoot() {
        RunRequest request = parse("--share", ".:/src", "--root", "/", "--share=/a:b:/mnt/x y:ro", "true");

        assertEquals(Path.of("/"), request.root());
        assertEquals(
                List.of(
                        new ShareArgument(Path.of("."), "/src", false),
                        new ShareArgument(Path.of("/a:b"), "/mnt/x y", true)),
                request.shares());
        assertNull(parse().root());
        assertEquals(List.of(), parse().shares());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "x", "x:", ":/x", "x:y", "x:y:ro", "x:/", "x:/:ro", ":ro", "x:ro", "/x:ro", "x\0:/y", "x:/y\0"
            })
    void aShareThatNamesNoPlaceIsRefused(String value) {
        CommandLineException refused = assertThrows(CommandLineException.class, () -> parse("--share", value, "true"));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("--share '"), refused.getMessage());
    }

    @Test
    void aGuestHasOneRootAndItsOwnInitMountsNothing() {
        assertThrows(CommandLineException.class, () -> parse("--root", "/", "--initrd", "f", "true"));
        assertThrows(CommandLineException.class, () -> parse("--share", ".:/src", "--initrd", "f"));
        assertEquals(
                1, parse("--share", ".:/src", "--initrd", "f", "true").shares().size());
    }

    @ParameterizedTest
    @CsvSource({
        "--nonsense, unknown option --nonsense",
        "--nonsense=1, unknown option --nonsense",
        "-x, unknown option -x",
        "--memoryy 1, unknown option --memoryy",
        "-k, -k lacks its KERNEL",
        "--timeout, --timeout lacks its D",
        "--force=yes, --force takes no value",
        "-vv, --verbose takes no value",
        "--hypercalls=xen, --hypercalls 'xen': not 'kvm' or 'patched'",
        "--max-cpus 65, --max-cpus 65: expected a whole number from 1 to 64",
        "-c 0, --cpus 0: expected a whole number from 1 to 64",
        "-c 10000, --cpus 10000: expected a whole number from 1 to 64",
        "--memory=, '--memory : expected a size, such as 512M or 2G'",
        "--xenstore=, '--xenstore '''': not a file''s name'",
        "--stats=, '--stats '''': not a file''s name'",
    })
    void aWrongOptionIsRefusedByName(String line, String message) {
        var refusal = assertThrows(CommandLineException.class, () -> parse(line.split(" ", -1)));

        assertEquals(message, refusal.getMessage());
    }

    @Test
    void aNameWithANulIsRefused() {
        assertThrows(CommandLineException.class, () -> parse("-k", "a\0b"));
    }

    @Test
    void anEmptyCommandNameIsRefused() {
        assertThrows(CommandLineException.class, () -> parse("--", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-v",
                "-k a -m 1G -c 2 -- make check",
                "--kernel=a --initrd=b --append=c --timeout=5 --stats=d --force x -y",
                "-m512M ls -k",
                "-h",
            })
    void picocliWhichMakesTheHelpReadsTheSameCommandAndOptions(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        RunRequest request = parse(arguments);

        CommandLine.ParseResult parsed = new CommandLine(Help.run()).parseArgs(arguments);

        String[] none = {};
        assertEquals(request.command(), Arrays.asList(parsed.matchedPositionalValue(0, none)));
        assertEquals(request.verbose(), parsed.hasMatchedOption("-v"));
        assertEquals(request.force(), parsed.hasMatchedOption("--force"));
        assertEquals(request.help(), parsed.hasMatchedOption("--help"));
        assertEquals(request.kernel() != null, parsed.hasMatchedOption("--kernel"));
        assertEquals(request.timeout() != null, parsed.hasMatchedOption("--timeout"));
    }

    private static RunRequest parse(String... arguments) {
        return RunArguments.parse(arguments, 0);
    }
}
