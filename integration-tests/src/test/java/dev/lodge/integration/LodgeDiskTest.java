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

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @DisplayName("has on disk what the guest has fsynced, when it is killed")
    void killed() throws Exception {
        Path disk = Files.write(directory.resolve("disk"), new byte[MIB]);
        LodgeProgram lodge = LodgeProgram.start(command(
                "i=0; while :; do printf '%4096d' $i | dd of=/dev/xvda bs=4096 seek=$i conv=fsync 2>/dev/null; echo $i;"
                        + " i=$((i + 1)); done",
                "--disk", disk.toString()));
        lodge.awaitLine(Integer.toString(FSYNCED));
        lodge.process().destroyForcibly().waitFor();
        byte[] content = Files.readAllBytes(disk);
        for (int i = 0; i <= FSYNCED; i++) {
            String block = new String(content, i * 4096, 4096, StandardCharsets.US_ASCII);
            assertEquals(Integer.toString(i), block.strip(), "block " + i);
        }
    }

    private static String[] command(String script, String... options) {
        String[] all = new String[options.length + 7];
        all[0] = "run";
        all[1] = "-k";
        all[2] = KERNEL;
        System.arraycopy(options, 0, all, 3, options.length);
        all[options.length + 3] = "--";
        all[options.length + 4] = "sh";
        all[options.length + 5] = "-c";
        all[options.length + 6] = script;
        return all;
    }
}
