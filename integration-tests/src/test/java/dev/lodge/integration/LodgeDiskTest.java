package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks, driven by Linux's own xen-blkfront. */
@NeedsVirtualisation
@DisplayName("lodge run --disk")
class LodgeDiskTest {
    private static final String KERNEL = Checkout.kernel(Checkout.CLOUD_6_1).toString();
    private static final int MIB = 1 << 20;
    private static final int FSYNCED = 20;

    /** Each round writes its number into a sector of its own, by way of a device that was not there before. */
    private static final String REBIND = """
            i=1
            while [ $i -le 5 ]; do
                echo vbd-51712 > /sys/bus/xen/drivers/vbd/unbind
                while [ -b /dev/xvda ]; do usleep 10000; done
                echo vbd-51712 > /sys/bus/xen/drivers/vbd/bind
                while [ ! -b /dev/xvda ]; do usleep 10000; done
                printf '%511d ' $i | dd of=/dev/xvda bs=512 seek=$i conv=fsync 2> /dev/null
                i=$((i + 1))
            done
            echo $(dd if=/dev/xvda bs=512 skip=1 count=5 2> /dev/null) ''
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @DisplayName("has on disk what the guest has fsynced, when it is killed")
    void killed() throws Exception {
        Path disk = Files.write(directory.resolve("disk"), new byte[MIB]);
        LodgeProgram lodge = LodgeProgram.start(LodgeProgram.script(
                KERNEL,
                "i=0; while :; do printf '%4096d' $i | dd of=/dev/xvda bs=4096 seek=$i conv=fsync 2>/dev/null; echo $i;"
                        + " i=$((i + 1)); done",
                "--disk",
                disk.toString()));
        lodge.awaitLine(Integer.toString(FSYNCED));
        lodge.process().destroyForcibly().waitFor();
        byte[] content = Files.readAllBytes(disk);
        for (int i = 0; i <= FSYNCED; i++) {
            String block = new String(content, i * 4096, 4096, StandardCharsets.US_ASCII);
            assertEquals(Integer.toString(i), block.strip(), "block " + i);
        }
    }

    @Test
    @DisplayName("comes back whenever its driver is unbound and bound again")
    void rebound() throws Exception {
        Path disk = Files.write(directory.resolve("disk"), new byte[MIB]);
        LodgeProgram.Result result = LodgeProgram.run(LodgeProgram.script(KERNEL, REBIND, "--disk", disk.toString()));
        assertEquals(new LodgeProgram.Result(0, "1 2 3 4 5 \n", ""), result);
    }
}
