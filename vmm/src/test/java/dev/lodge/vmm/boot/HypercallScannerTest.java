package dev.lodge.vmm.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lodge.rings.GuestAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class HypercallScannerTest {

    private static final int VMMCALL = 0xd9;
    private static final int VMCALL = 0xc1;
    private static final long ADDRESS = 0x100_0000;

    private final ByteBuffer code = ByteBuffer.allocate((1 << 20) + (1 << 16)).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void aPairThatReturnsIsFound() {
        putReturning(100, VMMCALL);
        putReturning(116, VMCALL);
        assertEquals(found(100, 116), scan());
    }

    @Test
    void theOrderDoesNotMatter() {
        putReturning(100, VMCALL);
        putReturning(164, VMMCALL);
        assertEquals(found(164, 100), scan());
    }

    @Test
    void aPairThatJumpsToTheSameReturnIsFound() {
        putJumping(1_060_000, VMMCALL, 500);
        putJumping(1_060_032, VMCALL, 500);
        code.put(500, (byte) 0xc3);
        assertEquals(found(1_060_000, 1_060_032), scan());
    }

    @Test
    void aPairThatJumpsToAReturnInAnotherSegmentIsFound() {
        putJumping(1000, VMMCALL, 5 << 20);
        putJumping(1016, VMCALL, 5 << 20);
        var scanner = new HypercallScanner();
        scanner.scan(code, ADDRESS);
        scanner.scan(ByteBuffer.wrap(new byte[] {(byte) 0xc3, 0}), ADDRESS + (5 << 20));
        assertEquals(found(1000, 1016), scanner.result());
    }

    @Test
    void aPairThatJumpsElsewhereThanToAReturnIsNone() {
        putJumping(1000, VMMCALL, 500);
        putJumping(1026, VMCALL, 500);
        assertEquals(new HypercallSites.None(), scan());
    }

    @Test
    void aPairThatJumpsOutOfTheImageIsNone() {
        putJumping(1000, VMMCALL, -5000);
        putJumping(1016, VMCALL, -5000);
        assertEquals(new HypercallSites.None(), scan());
    }

    @Test
    void aPairThatEndsInDifferentWaysIsNone() {
        code.put(500, (byte) 0xc3).put(501, (byte) 0xc3);
        putJumping(1000, VMMCALL, 500);
        putJumping(1016, VMCALL, 501);
        putReturning(2000, VMMCALL);
        putJumping(2016, VMCALL, 500);
        assertEquals(new HypercallSites.None(), scan());
    }

    @Test
    void twoThatAreFarApartAreNoPair() {
        putReturning(100, VMMCALL);
        putReturning(165, VMCALL);
        assertEquals(new HypercallSites.None(), scan());
    }

    @Test
    void oneAloneIsNone() {
        putReturning(100, VMMCALL);
        assertEquals(new HypercallSites.None(), scan());
        assertEquals(new HypercallSites.None(), new HypercallScanner().result());
    }

    @Test
    void twoPairsAreAmbiguous() {
        putReturning(100, VMMCALL);
        putReturning(116, VMCALL);
        putReturning(1000, VMMCALL);
        putReturning(1016, VMCALL);
        assertEquals(new HypercallSites.Ambiguous(), scan());
    }

    @Test
    void pairsAreFoundWhereverTheSearchIsSplit() {
        for (int at = (1 << 20) - 40; at < (1 << 20) + 8; at++) {
            code.put(0, new byte[code.limit()]);
            putReturning(at, VMMCALL);
            putJumping(at + 16, VMCALL, 0);
            assertEquals(new HypercallSites.None(), scan());
            putReturning(at + 16, VMCALL);
            assertEquals(found(at, at + 16), scan());
        }
    }

    @Test
    void aPairAtTheVeryEndIsFound() {
        putReturning(code.limit() - 20, VMMCALL);
        putReturning(code.limit() - 4, VMCALL);
        assertEquals(found(code.limit() - 20, code.limit() - 4), scan());
    }

    @Test
    void segmentsShorterThanASiteHoldNone() {
        for (int length = 0; length < 8; length++) {
            var scanner = new HypercallScanner();
            scanner.scan(ByteBuffer.wrap(new byte[length]), 0);
            scanner.scan(ByteBuffer.wrap(new byte[] {0x0f, 0x01, (byte) 0xd9, (byte) 0xe9, 0, 0, 0}), 0);
            assertEquals(new HypercallSites.None(), scanner.result());
        }
    }

    @Test
    void codeFullOfCandidatesIsAmbiguousAndDoesNotTakeForEver() {
        for (int at = 0; at < code.limit(); at += 4) {
            putReturning(at, at % 8 == 0 ? VMMCALL : VMCALL);
        }
        assertEquals(new HypercallSites.Ambiguous(), scan());
    }

    @Test
    void aPatchWritesAnOutInstructionOverBoth() {
        var memory = new TestMemory(4096);
        var sites = new HypercallSites.Found(new GuestAddress(16), new GuestAddress(32));
        sites.patch(memory, 0xe0);
        byte[] out = {0, (byte) 0xe7, (byte) 0xe0, (byte) 0x90, 0};
        assertArrayEquals(out, memory.bytes(15, 5));
        assertArrayEquals(out, memory.bytes(31, 5));
        assertThrows(IllegalArgumentException.class, () -> sites.patch(memory, 0x100));
        assertThrows(IllegalArgumentException.class, () -> sites.patch(memory, -1));
    }

    private HypercallSites scan() {
        var scanner = new HypercallScanner();
        scanner.scan(code, ADDRESS);
        return scanner.result();
    }

    private static HypercallSites found(long vmmcall, long vmcall) {
        return new HypercallSites.Found(new GuestAddress(ADDRESS + vmmcall), new GuestAddress(ADDRESS + vmcall));
    }

    private void putReturning(int at, int last) {
        code.put(at, new byte[] {0x0f, 0x01, (byte) last, (byte) 0xc3});
    }

    private void putJumping(int at, int last, int target) {
        code.put(at, new byte[] {0x0f, 0x01, (byte) last, (byte) 0xe9}).putInt(at + 4, target - (at + 8));
    }
}
