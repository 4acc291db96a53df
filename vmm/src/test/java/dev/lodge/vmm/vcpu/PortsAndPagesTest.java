package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.hypercall.FakeDomain;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsAndPagesTest {

    private static final class Host extends FakeDomain implements VcpuHost {
        private final ByteArrayOutputStream early = new ByteArrayOutputStream();

        Host() {
            super(1);
        }

        @Override
        public void crash(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void failed(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public PauseGate pauseGate() {
            return new PauseGate(() -> false);
        }

        @Override
        public void earlyConsole(byte value) {
            early.write(value);
        }
    }

    private final Host host = new Host();
    private final Ports ports = new Ports(host);
    private final HypercallPage page = new HypercallPage(host.memory());

    @ParameterizedTest
    @CsvSource({
        "0x40, 0",
        "0x43, 0",
        "0x44, -1",
        "0x3f, -1",
        "0xe9, 0xe9",
        "0x604, 0",
        "0x605, 0",
        "0x60, -1",
        "0x3f8, -1",
        "0xffff, -1",
        "0, -1"
    })
    void aPortThatIsNotThereReadsAsOnes(String port, String value) {
        assertEquals(Integer.decode(value), ports.in(Integer.decode(port)));
    }

    @Test
    void theEarlyConsoleTakesBytes() {
        ports.out(0xe9, 'h');
        ports.out(0xe9, 'i' | 0x1200);
        assertEquals("hi", host.early.toString(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"0x604, 0x34, 0", "0x606, 1, 1", "0x64, 0xfe, 1", "0xcf9, 0x06, 1", "0xcf9, 0x0e, 1"})
    void aMachineIsSwitchedOffAndResetByItsPorts(String port, String value, int reason) {
        ports.out(Integer.decode(port), Integer.decode(value));
        assertEquals(List.of(reason == 0 ? SchedAbi.SHUTDOWN_poweroff : SchedAbi.SHUTDOWN_reboot), host.shutdowns);
    }

    @ParameterizedTest
    @CsvSource({
        "0x604, 0",
        "0x604, 0x14",
        "0x606, 0",
        "0x64, 0xd1",
        "0xcf9, 2",
        "0x60, 0xfe",
        "0x80, 0",
        "0xffff, -1",
        "0x40, 0"
    })
    void otherValuesAndPortsDoNothing(String port, String value) {
        ports.out(Integer.decode(port), Integer.decode(value));
        assertEquals(List.of(), host.shutdowns);
    }

    @Test
    void theHypercallPageHasAStubForEveryNumberButOne() {
        assertEquals(0, page.write(0x3000));
        byte[] stub17 = host.ram.asSlice(0x3000 + 17 * 32, 9).toArray(ValueLayout.JAVA_BYTE);
        byte[] expected = {(byte) 0xb8, 17, 0, 0, 0, (byte) 0xe7, (byte) 0xe0, (byte) 0xc3, (byte) 0xcc};
        assertArrayEquals(expected, stub17);
        assertEquals(127, host.ram.get(ValueLayout.JAVA_BYTE, 0x3000 + 127 * 32 + 1));
        for (int i = 0; i < 32; i++) {
            assertEquals((byte) 0xcc, host.ram.get(ValueLayout.JAVA_BYTE, 0x3000 + 23 * 32 + i), "iret");
        }
        assertEquals(0, host.ram.get(ValueLayout.JAVA_BYTE, 0x4000), "one page and no more");
        assertEquals(0, host.ram.get(ValueLayout.JAVA_BYTE, 0x2fff));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x3001, 0x3fff, 0x10_0000, 0xfee0_0000L, -4096, -1, Long.MIN_VALUE, 1L << 52})
    void aHypercallPageThatIsNoPageOfRamIsRefused(long value) {
        assertEquals(-EINVAL, page.write(value));
    }

    @Test
    void exitsAreCountedByReasonAndHypercallsByNumber() {
        ExitCounts counts = new ExitCounts();
        counts.countExit(2);
        counts.countExit(2);
        counts.countExit(5_000);
        counts.countHypercall(32);
        counts.countHypercall(-1);
        counts.countHypercall(64);
        counts.countHypercall(Long.MIN_VALUE);
        ExitCounts sum = new ExitCounts();
        sum.add(counts);
        sum.add(counts);
        assertEquals(4, sum.exits()[2]);
        assertEquals(2, sum.exits()[ExitCounts.REASONS - 1]);
        assertEquals(2, sum.hypercalls()[32]);
        assertEquals(6, sum.hypercalls()[64], "no such number");
    }
}
