package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linux's own front end, {@code 9pnet_xen}, on the host's files. */
@NeedsVirtualisation
@DisplayName("A guest with the host's folders")
class SharedFoldersTest {
    private static final String GENERIC = Checkout.kernel(Checkout.GENERIC_6_1).toString();

    /** What a guest does with the folder, each line with what is to be seen there. */
    private static final String WORK = """
            set -e
            cd /mnt/deep/er
            cat given
            echo made > made
            mv made moved
            ln -s moved link
            cat link
            exec 3<> open
            rm open
            echo through >&3
            stat -L -c '%h %s' /proc/self/fd/3
            mkdir big
            seq 1 100 | sed 's|^|big/file-with-a-long-name-|' | xargs touch
            ls big | wc -l
            dd if=/dev/zero of=large bs=1M count=3 2> /dev/null
            sync
            wc -c < large
            chmod 751 moved
            ls ..
            touch /ro/no 2> /dev/null || echo refused
            cat /ro/er/given
            """;

    private static LodgeProgram.Result run(List<String> options, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "-k", GENERIC));
        words.addAll(options);
        words.add("--");
        words.addAll(List.of(command));
        return LodgeProgram.run(words.toArray(String[]::new));
    }

    @Test
    @DisplayName("works in them, and only in them")
    void share(@TempDir Path folder) throws Exception {
        Path shared = Files.createDirectories(folder.resolve("shared/er"));
        Files.writeString(shared.resolve("given"), "given\n");
        Files.writeString(folder.resolve("outside"), "outside\n");
        String host = folder.resolve("shared").toString();

        LodgeProgram.Result result =
                run(List.of("--share", host + ":/mnt/deep", "--share", host + ":/ro:ro"), "sh", "-c", WORK);

        assertEquals(new LodgeProgram.Result(0, "given\nmade\n0 8\n100\n3145728\ner\nrefused\ngiven\n", ""), result);
        assertEquals("made\n", Files.readString(shared.resolve("moved")));
        assertTrue(Files.isSymbolicLink(shared.resolve("link")));
        assertEquals(0100751, Files.getAttribute(shared.resolve("moved"), "unix:mode"));
        assertEquals(100, shared.resolve("big").toFile().list().length);
        assertEquals(3 << 20, Files.size(shared.resolve("large")));
        assertFalse(Files.exists(shared.resolve("open")));
        assertEquals(
                List.of("outside", "shared"),
                List.of(folder.toFile().list()).stream().sorted().toList());
    }

    @Test
    @DisplayName("has the host's own root for its own, and changes none of it")
    void root(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "the host's\n");

        LodgeProgram.Result result = run(
                List.of("--root", "/"),
                "sh",
                "-c",
                "cat " + file + "; echo the guest\\'s > " + file + "; cat " + file
                        + "; perl -e 'print 6 * 7, qq(\\n)'");

        assertEquals(new LodgeProgram.Result(0, "the host's\nthe guest's\n42\n", ""), result);
        assertEquals("the host's\n", Files.readString(file));
    }

    @Test
    @DisplayName("is refused with a kernel that has no 9p, and told which has")
    void cloudKernel(@TempDir Path folder) throws Exception {
        LodgeProgram.Result result = LodgeProgram.run(
                "run", "-k", Checkout.kernel(Checkout.CLOUD_6_1).toString(), "--share", folder + ":/mnt", "--", "true");

        assertEquals(125, result.status());
        assertTrue(result.stderr().contains("Debian's cloud kernels lack it"), result.stderr());
    }

    @Test
    @DisplayName("is not started for a folder that is not there")
    void noFolder(@TempDir Path folder) throws Exception {
        LodgeProgram.Result result = run(List.of("--share", folder.resolve("none") + ":/mnt"), "true");

        assertEquals(125, result.status());
        assertTrue(result.stderr().contains(folder.resolve("none").toString()), result.stderr());
    }
}
