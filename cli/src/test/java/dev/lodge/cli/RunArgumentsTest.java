package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.Network;
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
    void aRootDiskIsADiskAndBringsItsOwnInit() {
        RunRequest request = parse("--root-disk", "d.qcow2,overlay", "--disk", "a.img", "--share", ".:/src");
        assertEquals("d.qcow2,overlay", String.valueOf(request.rootDisk()));
        assertEquals(1, request.disks().size());
        assertTrue(request.runsOwnInit());
        assertFalse(parse("--root-disk", "d.img", "true").runsOwnInit());
    }

    @Test
    void disksComeInTheirOrder() {
        RunRequest request = parse(
                "--disk", "a.img", "--disk=b.img,ro,limit=1M", "--disk", "c.img,overlay=c.cow,limit=5iops,persistent");
        assertEquals(
                "[a.img, b.img,ro,limit=1048576B, c.img,overlay=c.cow,limit=5iops,persistent]",
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
                "d,rw | --disk ...,rw: not 'ro', 'overlay', 'overlay=FILE', 'format=...', 'limit=...' or 'persistent'",
                "d, | --disk ...,: not 'ro', 'overlay', 'overlay=FILE', 'format=...', 'limit=...' or 'persistent'",
                "d,format | --disk ...,format: not 'format=raw' or 'format=qcow2'",
                "d,format=vmdk | --disk ...,format=vmdk: not 'format=raw' or 'format=qcow2'",
                "d,ro=1 | --disk ...,ro=1: 'ro' takes no value",
                "d,persistent=1 | --disk ...,persistent=1: 'persistent' takes no value",
                "d,ro,overlay | --disk d: 'ro' and 'overlay' exclude each other",
                "d,overlay= | --disk ...,overlay '': not a file's name",
                "d,limit | --disk ...,limit : expected bytes a second, such as 500K or 10M",
                "d,limit=fast | --disk ...,limit fast: expected bytes a second, such as 500K or 10M",
                "d,limit=50 | --disk ...,limit 50: expected a unit: 50B, 50K or 50M bytes a second",
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
    void networksAreInTheirOrderAndForwardsBringAUserNetwork() {
        assertEquals(
                3,
                parse("--net", "user,limit=1M", "--net", "switch=a,mac=00:16:3e:00:00:01", "--net=tap=b")
                        .networks()
                        .size());
        List<Network> implied = parse("-p", "8080:80", "-p", "53:53/udp").networks();
        assertEquals(1, implied.size());
        assertTrue(implied.getFirst().takesForwards());
        assertEquals(
                List.of("drop out tcp to any port 25", "accept"),
                parse("--net", "user,rule=drop out tcp to any port 25,rule=accept")
                        .networks()
                        .getFirst()
                        .counts()
                        .stream()
                        .map(Network.Count::rule)
                        .toList());
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
        assertThrows(CommandLineException.class, () -> parse("--root", "/", "--root-disk", "f", "true"));
        assertThrows(CommandLineException.class, () -> parse("--root-disk", "f", "--initrd", "f", "true"));
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
        "--net lan, '--net lan: expected user, tap=NAME or switch=NAME'",
        "--net=, '--net : expected user, tap=NAME or switch=NAME'",
        "--net tap=, '--net tap=: '''' cannot be an interface''s name'",
        "--net tap=a/b, '--net tap=a/b: ''a/b'' cannot be an interface''s name'",
        "--net switch=, '--net switch=: a switch without a name'",
        "'--net user,mac=1', '--net user,mac=1: ''1'' is not the address of an interface, such as 00:16:3e:12:34:56'",
        "'--net user,ip=10.1.0.1/24', '--net user,ip=10.1.0.1/24: a user network has an address of its own, 10.0.2.15/24'",
        "'--net tap=t,ip=10.1.0.1', '--net tap=t,ip=10.1.0.1: ''10.1.0.1'' is not an address with its network''s bits, such as 10.1.0.7/24'",
        "'--net tap=t,limit=', '--net ...,limit : expected bytes a second, such as 500K or 10M'",
        "'--net tap=t,limit=0K', '--net ...,limit 0K: expected bytes a second, such as 500K or 10M'",
        "'--net tap=t,limit=50', '--net ...,limit 50: expected a unit: 50B, 50K or 50M bytes a second'",
        "'--net tap=t,limit=1T', '--net tap=t,limit=1T: a limit of 1099511627776 bytes a second'",
        "'--net user,rule=allow', '--net user,rule=allow: the rule ''allow'' cannot be read: ''allow'' where was expected: accept, drop, reject or rate=RATE'",
        "'--net user,speed=1', '--net user,speed=1: unknown ''speed=1''; there are mac=, limit=, ip=, gw= and rule='",
        "-p 80, '-p 80: expected HOST:GUEST or HOST:GUEST/udp, such as 8080:80'",
        "-p 0:80, '-p 0:80: ''0'' is not a port, 1 to 65535'",
        "-p 80:65536, '-p 80:65536: ''65536'' is not a port, 1 to 65535'",
        "-p 80:80/sctp, '-p 80:80/sctp: ''sctp'' is neither tcp nor udp'",
        "-p 80:80 --net tap=t, '-p: only a network ''user'' forwards ports: add --net user'",
        "--console, --console lacks its [hvcN=]WHERE",
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
