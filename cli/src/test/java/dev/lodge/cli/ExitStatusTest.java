package dev.lodge.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.CommandResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitStatusTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 125, 137, 255})
    void aCommandsStatusIsOurs(int status) {
        var result = new CommandResult.Exited(status);

        assertEquals(status, ExitStatus.of(result));
        assertEquals("", ExitStatus.explanation(result, "make"));
    }

    @ParameterizedTest
    @CsvSource({
        "2, No such file or directory, make, 127, make: not found in the guest",
        "2, No such file or directory, ./make, 127, ./make: No such file or directory",
        "13, Permission denied, ./make, 126, ./make: Permission denied",
        "8, Exec format error, make, 126, make: Exec format error",
        "0, Success, make, 126, make: Success",
    })
    void aCommandThatCannotBeExecutedIsToldAsAShellDoes(
            int errno, String text, String command, int status, String explanation) {
        var result = new CommandResult.NotExecuted(errno, text);

        assertEquals(status, ExitStatus.of(result));
        assertEquals(explanation, ExitStatus.explanation(result, command));
    }

    @Test
    void aGuestThatDiedIsLodgesFailure() {
        var result = new CommandResult.Unfinished("the guest crashed: triple fault");

        assertEquals(125, ExitStatus.of(result));
        assertEquals("the guest crashed: triple fault", ExitStatus.explanation(result, "make"));
    }

    @Test
    void signalsCountFrom128() {
        assertEquals(130, ExitStatus.ofSignal(2));
        assertEquals(143, ExitStatus.ofSignal(15));
    }
}
