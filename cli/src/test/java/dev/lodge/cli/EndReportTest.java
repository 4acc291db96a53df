package dev.lodge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.CommandResult;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndReportTest {
    private static final String PANIC = "Kernel panic - not syncing: no init";
    private static final CommandResult DIED = new CommandResult.Unfinished("the guest crashed");
    private static final Shutdown CRASH =
            new Shutdown(Shutdown.Reason.CRASH, "triple fault", new RegisterDump(0, List.of("rip 0")));

    private final EndReport quiet = new EndReport(false);
    private final EndReport verbose = new EndReport(true);
    private final ConsoleTail console = new ConsoleTail(Console.DISCARD);
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(told, true, UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setErr(stderr);
    }

    @Test
    void ofACommandThatEndedItsStatusSaysAll() {
        assertEquals(7, quiet.ofCommand(new CommandResult.Exited(7), null, "make", console));
        assertEquals("", told());
    }

    @Test
    void ofAGuestThatDiedTheConsolesEndAndTheRegistersAreShown() {
        says(PANIC);

        assertEquals(125, quiet.ofCommand(DIED, CRASH, "make", console));
        assertEquals(PANIC + "\nrip 0\nlodge: the guest crashed (" + PANIC + ")\n", told());
    }

    @Test
    void whoHasSeenTheConsoleIsNotShownItAgain() {
        says(PANIC);

        assertEquals(125, verbose.ofCommand(DIED, null, "make", console));
        assertEquals("lodge: the guest crashed (" + PANIC + ")\n", told());
    }

    @ParameterizedTest
    @EnumSource(names = {"POWEROFF", "REBOOT"})
    void anInitMayPowerOffOrReboot(Shutdown.Reason reason) {
        assertEquals(0, quiet.ofInit(Shutdown.of(reason), null, console));
        assertEquals("", told());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"POWEROFF", "REBOOT"},
            mode = EnumSource.Mode.EXCLUDE)
    void anyOtherEndOfAnInitIsOurFailure(Shutdown.Reason reason) {
        assertEquals(125, quiet.ofInit(Shutdown.of(reason), null, null));
        assertEquals("lodge: the guest ended by " + reason + "\n", told());
    }

    @Test
    void ofAnInitWhoseConsoleIsElsewhereItsEndIsShown() {
        says(PANIC);

        assertEquals(125, quiet.ofInit(CRASH, null, console));
        assertEquals(PANIC + "\nrip 0\nlodge: the guest ended by CRASH: triple fault\n", told());
    }

    @Test
    void aGuestWhoseAgentFailedDidNotPowerOffAsItShould() {
        CommandResult failed = new CommandResult.Unfinished("no root on xvda");

        assertEquals(125, quiet.ofInit(Shutdown.of(Shutdown.Reason.POWEROFF), failed, null));
        assertEquals("lodge: no root on xvda\n", told());
    }

    @Test
    void aGuestWhoseTimeWasUpIsToldAsByTimeout() {
        assertEquals(124, quiet.ofTimeout());
        assertEquals("lodge: the guest was ended: its time was up (--timeout)\n", told());
    }

    private void says(String line) {
        console.output(MemorySegment.ofArray((line + "\n").getBytes(UTF_8)));
    }

    private String told() {
        return told.toString(UTF_8);
    }
}
