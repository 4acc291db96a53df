package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsVirtualisation
@DisplayName("A guest's disks and networks")
class DevicesComeAndGoTest {
    private static final String KERNEL = Checkout.kernel(Checkout.CLOUD_6_1).toString();
    private static final String TAP = "lodgego";
    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 100;

    /** Waits for the device, then tries it. */
    private static final String FUNCTIONS = """
            appears() {
                n=0
                until [ -e $1 ]; do
                    usleep 10000
                    n=$((n + 1))
                    if [ $n = 3000 ]; then echo $1 has not come; exit 1; fi
                done
            }
            goes() { while [ -e $1 ]; do usleep 10000; done; }
            bind() { echo $2 > /sys/bus/xen/drivers/$1/bind; }
            unbind() { echo $2 > /sys/bus/xen/drivers/$1/unbind; }
            tryNetwork() {
                appears /sys/class/net/eth0
                until ip link set eth0 up 2> /dev/null; do usleep 10000; done # sysfs has it before it is listed
                ip addr add 10.11.0.2/24 dev eth0 2> /dev/null
                ping -c 1 -W 20 10.11.0.1 | grep -q ' 0% packet loss' || echo no answer
            }
            tryDisk() {
                appears /dev/xvda
                printf '%511d ' $1 | dd of=/dev/xvda bs=512 seek=$1 conv=fsync 2> /dev/null || echo not written
            }
            """;

    private static final String REBIND = FUNCTIONS + """
            i=1
            while [ $i -le 100 ]; do
                unbind vif vif-0; goes /sys/class/net/eth0; bind vif vif-0; tryNetwork
                unbind vbd vbd-51712; goes /dev/xvda; bind vbd vbd-51712; tryDisk $i
                i=$((i + 1))
            done
            echo rounds $((i - 1))
            """;

    /** A module is held by the devices that it drives. */
    private static final String RELOAD = FUNCTIONS + """
            cd /.lodge/modules
            for i in 1 2; do
                unbind vif vif-0; rmmod xen_netfront; goes /sys/class/net/eth0; insmod xen-netfront.ko; tryNetwork
                unbind vbd vbd-51712; rmmod xen_blkfront; goes /dev/xvda; insmod xen-blkfront.ko; tryDisk $i
            done
            echo reloaded
            """;

    private static final String FILL = FUNCTIONS + """
            dd if=/dev/zero of=/dev/xvdb bs=64k count=64 oflag=direct 2> /dev/null && echo nothing was refused
            dd if=/dev/zero of=/dev/xvdb bs=64k seek=60 count=2 oflag=direct 2> /dev/null && echo nothing was refused
            dd if=/dev/xvdb of=/dev/null bs=64k count=64 iflag=direct 2> /dev/null || echo cannot be read
            tryDisk 1
            tryNetwork
            echo filled
            """;

    private final Path directory;
    private final Path disk;

    DevicesComeAndGoTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        disk = Files.write(directory.resolve("disk"), new byte[MIB]);
    }

    @BeforeEach
    void makeAnInterface() throws Exception {
        Host.run("ip tuntap add dev " + TAP + " mode tap && ip addr add 10.11.0.1/24 dev " + TAP + " && ip link set "
                + TAP + " up");
    }

    @AfterEach
    void removeIt() throws Exception {
        Host.run("ip link del " + TAP);
    }

    @Test
    @Tag("traffic")
    @DisplayName("work after each of a hundred times that their drivers were unbound and bound")
    void rebound() throws Exception {
        assertEquals(new LodgeProgram.Result(0, "rounds " + ROUNDS + "\n", ""), guest(REBIND));
        byte[] content = Files.readAllBytes(disk);
        for (int i = 1; i <= ROUNDS; i++) {
            String sector = new String(content, i * 512, 512, StandardCharsets.US_ASCII);
            assertEquals(Integer.toString(i), sector.strip(), "sector " + i);
        }
    }

    @Test
    @DisplayName("work after their drivers' modules were removed and loaded again")
    void reloaded() throws Exception {
        assertEquals(new LodgeProgram.Result(0, "reloaded\n", ""), guest(RELOAD));
    }

    @Test
    @DisplayName(
            "work on when another disk's file finds no space on the host, which its writers and one line of the log tell")
    void full() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Host.run("mount -t tmpfs -o size=1M none " + small);
        try {
            Path sparse = small.resolve("disk");
            try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
                file.setLength(4 * MIB);
            }
            LodgeProgram.Result result = guest(FILL, "--disk", sparse.toString());
            assertEquals("filled\n", result.stdout(), result.toString());
            List<String> log = result.stderr().lines().toList();
            assertEquals(1, log.size(), result.stderr());
            assertTrue(log.getFirst().startsWith("lodge: xvdb: a request has failed: write "), result.stderr());
            assertTrue(log.getFirst().contains("ENOSPC"), result.stderr());
        } finally {
            Host.run("umount " + small);
        }
    }

    private LodgeProgram.Result guest(String script, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("--disk", disk.toString()));
        options.addAll(List.of(more));
        options.addAll(List.of("--net", "tap=" + TAP + ",ip=10.11.0.2/24"));
        return LodgeProgram.run(LodgeProgram.script(KERNEL, script, options.toArray(String[]::new)));
    }
}
