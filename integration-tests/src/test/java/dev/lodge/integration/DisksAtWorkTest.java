package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks under programs that others wrote to find fault with disks. The guests' root is the host's, for its programs. */
@NeedsVirtualisation
@Tag("traffic")
@DisplayName("A guest with disks")
class DisksAtWorkTest {
    private static final Path KERNEL = Checkout.kernel(Checkout.GENERIC_6_1);
    private static final int MIB = 1 << 20;
    private static final int KILLS = 2;
    private static final int SYNCED = 4; // files in each file system before a kill
    private static final String[] PROGRAMS = {
        "/usr/bin/fio", "/usr/sbin/mkfs.ext4", "/usr/sbin/mkfs.xfs", "/usr/sbin/blkdiscard", "/usr/bin/qemu-img"
    };

    /** Of disks a (to be written), b (read-only), c (an overlay), and d (a qcow2 image). */
    private static final String WORK = """
            set -e
            ls /sys/block/xvda/mq | wc -l
            fio --name=v --filename=/dev/xvda --size=6M --rw=randrw --bsrange=4k-256k --iodepth=16 \\
                --ioengine=libaio --direct=1 --verify=crc32c --verify_fatal=1 --verify_backlog=64 --fsync=64 \\
                --output=/tmp/fio --randseed=4
            grep -c 'err= 0' /tmp/fio
            fio --name=r --filename=/dev/xvdb --readonly --rw=randread --bs=4k --iodepth=32 --numjobs=2 --size=1M \\
                --ioengine=libaio --direct=1 --group_reporting --output=/tmp/fio
            grep -c 'err= 0' /tmp/fio
            dd if=/dev/zero of=/dev/xvdb bs=4k count=1 conv=fsync 2> /dev/null || echo refused
            md5sum < /dev/xvdb
            dd if=/dev/zero of=/dev/xvdc bs=64k seek=1 count=4 conv=fsync 2> /dev/null
            md5sum < /dev/xvdc
            md5sum < /dev/xvdd
            dd if=/dev/urandom of=/dev/xvda bs=1M seek=12 count=2 oflag=direct 2> /dev/null
            blkdiscard -o 12M -l 1M /dev/xvda
            dd if=/dev/xvda bs=1M skip=12 count=1 iflag=direct 2> /dev/null | tr -d '\\0' | wc -c
            echo ready
            while [ $(cat /sys/block/xvda/size) = 32768 ]; do
                dd if=/dev/xvda of=/dev/null bs=4k count=1 iflag=direct 2> /dev/null
                sleep 0.2
            done
            cat /sys/block/xvda/size
            """;

    /** Looks whether what an earlier guest had on disk is there and whole, and goes on writing. */
    private static final String WRITE = """
            kernel=$1 last=$2
            for module in crypto/crc32c_generic lib/crc16 lib/libcrc32c fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4 fs/xfs/xfs; do
                $3 insmod $kernel/$module.ko
            done
            check() {
                mkdir -p /tmp/$1
                if [ $last = 0 ]; then
                    mkfs.$1 -q $2 $3 > /dev/null
                    mount -t $1 $3 /tmp/$1
                else
                    mount -t $1 $3 /tmp/$1 || echo $1 cannot be mounted
                    n=1
                    while [ $n -le $last ]; do
                        [ "$(md5sum < /tmp/$1/$n)" = "$(cat /tmp/$1/$n.sum)" ] || echo $1 has lost $n
                        n=$((n + 1))
                    done
                    umount /tmp/$1
                    $4 -n $3 > /tmp/log 2>&1 || cat /tmp/log
                    mount -t $1 $3 /tmp/$1
                fi
            }
            work() {
                n=$last
                (while :; do dd if=/dev/urandom of=/tmp/$1/noise bs=64k count=8 2> /dev/null; rm /tmp/$1/noise; sleep 0.2; done) &
                while :; do
                    n=$((n + 1))
                    head -c $((n * 3000)) /dev/urandom > /tmp/$1/$n
                    md5sum < /tmp/$1/$n > /tmp/$1/$n.sum
                    sync /tmp/$1/$n /tmp/$1/$n.sum /tmp/$1
                    echo $1 $n
                done
            }
            check ext4 -F /dev/xvda 'e2fsck -f'
            check xfs -f /dev/xvdb xfs_repair
            echo checked $last
            work ext4 &
            work xfs &
            wait
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @BeforeAll
    static void needsPrograms() {
        for (String program : PROGRAMS) {
            assumeTrue(Files.isExecutable(Path.of(program)), "run tools/setup: there is no " + program);
        }
    }

    @Test
    @DisplayName("reads what it wrote, from disks of every kind, and sees one grow")
    void work() throws Exception {
        byte[] content = new byte[8 * MIB];
        new Random(4).nextBytes(content);
        Path written = sparse("a", 16 * MIB);
        Path base = Files.write(directory.resolve("b"), content);
        Path image = directory.resolve("d.qcow2");
        Host.output("qemu-img", "convert", "-c", "-O", "qcow2", base.toString(), image.toString());
        byte[] overlaid = content.clone();
        Arrays.fill(overlaid, 65536, 5 * 65536, (byte) 0);

        LodgeProgram lodge = LodgeProgram.start(
                command(List.of(written.toString(), base + ",ro", base + ",overlay", image + ",ro"), "sh", "-c", WORK));
        lodge.awaitLine("ready");
        try (RandomAccessFile file = new RandomAccessFile(written.toFile(), "rw")) {
            file.setLength(20 * MIB);
        }
        String sum = md5(content);
        String expected =
                "2\n1\n1\nrefused\n" + sum + "  -\n" + md5(overlaid) + "  -\n" + sum + "  -\n0\nready\n40960\n";

        assertEquals(new LodgeProgram.Result(0, expected, ""), lodge.await());
        assertArrayEquals(content, Files.readAllBytes(base));
    }

    @Test
    @DisplayName("finds its file systems whole after each kill, with all that it had synced")
    void killed() throws Exception {
        Path ext4 = sparse("ext4", 64 * MIB);
        Path xfs = sparse("xfs", 320 * MIB);
        Path script = Files.writeString(directory.resolve("script"), WRITE);
        String kernel = KERNEL.toString();
        String version = kernel.substring(kernel.lastIndexOf("vmlinuz-") + "vmlinuz-".length());
        String modules = Checkout.ROOT
                .resolve("build/guest/packages/bookworm/linux-image-amd64/lib/modules")
                .resolve(version)
                .resolve("kernel")
                .toString();
        for (int kill = 0; kill <= KILLS; kill++) {
            int last = kill * SYNCED;
            LodgeProgram lodge = LodgeProgram.start(command(
                    List.of(ext4.toString(), xfs.toString()),
                    "sh",
                    script.toString(),
                    modules,
                    Integer.toString(last),
                    Checkout.busybox().toString()));
            lodge.awaitLine("checked " + last);
            if (kill < KILLS) {
                lodge.awaitLine("ext4 " + (last + SYNCED));
                lodge.awaitLine("xfs " + (last + SYNCED));
            }
            lodge.process().destroyForcibly();
            LodgeProgram.Result result = lodge.await();
            assertTrue(result.stdout().startsWith("checked " + last + "\n"), result::toString);
        }
    }

    private Path sparse(String name, long size) throws IOException {
        Path file = directory.resolve(name);
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.setLength(size);
        }
        return file;
    }

    private static String[] command(List<String> disks, String... words) {
        List<String> all = new ArrayList<>(
                List.of("run", "-k", KERNEL.toString(), "--root", "/", "--cpus", "2", "--memory", "512M"));
        for (String disk : disks) {
            all.add("--disk");
            all.add(disk);
        }
        all.add("--");
        all.addAll(List.of(words));
        return all.toArray(String[]::new);
    }

    private static String md5(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }
}
