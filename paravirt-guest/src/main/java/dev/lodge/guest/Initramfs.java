package dev.lodge.guest;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Builds the archives that become a guest's first root file system. The kernel unpacks one behind another into the
 * same tree, so a guest gets {@link #writeBase the base}, or a user's own image followed by {@link #writeAgent the
 * agent}, and then {@link #job the job}, each padded to 4 bytes. Their content:
 *
 * <pre>
 *   /init -> .lodge/init     base only; for a user's own image the kernel's command line says rdinit=/.lodge/init
 *   /.lodge/init             the agent
 *   /.lodge/modules/...      front ends, file systems for a guest with disks, index (see modules.h), modules.dep, modules.alias
 *   /.lodge/job              see job.h
 *   /.lodge/seed             random bytes, see entropy.h
 * </pre>
 *
 * <p>Equal input gives equal bytes.
 */
public final class Initramfs {
    /** Where the agent is, for the kernel's {@code rdinit=}. */
    public static final String AGENT_PATH = "/.lodge/init";

    /** Changes whenever the archives' layout does, so that no cached one is mistaken for a new one. */
    private static final String LAYOUT = "2";

    private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
    private static final String GROUP = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";
    private static final String HOSTS = "127.0.0.1\tlocalhost lodge\n::1\tlocalhost\n";

    private Initramfs() {}

    /**
     * A name for what {@link #writeBase} or {@link #writeAgent} would write, fit for a file name: equal names, equal
     * bytes. It looks at sizes and times of files, not at their content, and takes well under a millisecond.
     *
     * @param busybox null for {@link #writeAgent}
     * @throws IOException if a file is missing
     */
    public static String key(@Nullable Path busybox, @Nullable KernelModules modules) throws IOException {
        var crc = new CRC32();
        crc.update(agent());
        crc.update(LAYOUT.getBytes(StandardCharsets.UTF_8));
        if (busybox != null) {
            addIdentity(crc, busybox);
        }
        if (modules == null) {
            return (busybox == null ? "agent-" : "base-") + Long.toHexString(crc.getValue());
        }
        addIdentity(crc, modules.directory());
        crc.update(modules.fileSystems() ? 1 : 0);
        return (busybox == null ? "agent-" : "base-") + modules.version() + "-" + Long.toHexString(crc.getValue());
    }

    /**
     * Writes a whole small system: the agent as {@code /init}, busybox with its applets, the usual directories and
     * files, and the kernel's front-end modules.
     *
     * @param out is replaced at once when all is written; never seen half done
     * @param busybox a statically linked one, which must run on this machine
     * @param modules null for a kernel with everything built in
     * @throws IOException if an input is missing or no good, or the output cannot be written
     */
    public static void writeBase(Path out, Path busybox, @Nullable KernelModules modules) throws IOException {
        Busybox programs = Busybox.read(busybox);
        write(out, archive -> {
            addDirectories(archive, programs);
            archive.characterDevice("dev/console", 0600, 5, 1);
            archive.file("etc/filesystems", 0644, bytes(fileSystems()));
            archive.file("etc/group", 0644, bytes(GROUP));
            archive.file("etc/hosts", 0644, bytes(HOSTS));
            archive.file("etc/passwd", 0644, bytes(PASSWD));
            archive.file("bin/busybox", 0755, programs.content);
            for (String applet : programs.applets) {
                archive.link(applet, "/bin/busybox");
            }
            archive.link("init", AGENT_PATH.substring(1));
            addAgent(archive, modules);
            if (modules != null) {
                archive.link("lib/modules/" + modules.version(), "/.lodge/modules");
            }
        });
    }

    /** Writes what a user's own image lacks: the agent and the modules. Otherwise like {@link #writeBase}. */
    public static void writeAgent(Path out, @Nullable KernelModules modules) throws IOException {
        write(out, archive -> addAgent(archive, modules));
    }

    /**
     * An archive of what differs from guest to guest, to be put behind the others.
     *
     * @param seed random bytes, with which the agent seeds the guest's own generator; nobody else may have them
     * @return a multiple of 4 bytes long
     */
    public static byte[] job(Job job, byte[] seed) {
        var out = new ByteArrayOutputStream(1024);
        try (var archive = new CpioWriter(out)) {
            archive.directory(".lodge", 0755);
            archive.file(".lodge/job", 0600, job.encode());
            archive.file(".lodge/seed", 0600, seed);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return out.toByteArray();
    }

    private interface Content {
        void addTo(CpioWriter archive) throws IOException;
    }

    private static void write(Path out, Content content) throws IOException {
        Path directory = out.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(out + " is no file name");
        }
        Path unfinished = Files.createTempFile(directory, "initramfs", ".tmp");
        try {
            try (var archive = new CpioWriter(new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16))) {
                content.addTo(archive);
            }
            Files.move(unfinished, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void addDirectories(CpioWriter archive, Busybox programs) throws IOException {
        var directories = new TreeSet<String>();
        for (String directory : new String[] {
            "dev",
            "etc",
            "home",
            "lib/modules",
            "mnt",
            "opt",
            "proc",
            "root",
            "run",
            "srv",
            "sys",
            "usr/lib",
            "usr/local/bin",
            "usr/local/sbin",
            "usr/share",
            "var/log",
            "var/tmp"
        }) {
            addWithParents(directories, directory);
        }
        addWithParents(directories, "bin");
        for (String applet : programs.applets) {
            int slash = applet.lastIndexOf('/');
            if (slash > 0) {
                addWithParents(directories, applet.substring(0, slash));
            }
        }
        for (String directory : directories) {
            archive.directory(directory, directory.equals("root") ? 0700 : 0755);
        }
        archive.directory("tmp", 01777);
    }

    private static void addWithParents(Set<String> directories, String directory) {
        for (int slash = directory.indexOf('/'); slash >= 0; slash = directory.indexOf('/', slash + 1)) {
            directories.add(directory.substring(0, slash));
        }
        directories.add(directory);
    }

    private static void addAgent(CpioWriter archive, @Nullable KernelModules modules) throws IOException {
        archive.directory(".lodge", 0755);
        archive.file(AGENT_PATH.substring(1), 0755, agent());
        if (modules == null) {
            return;
        }
        var frontEnds = new FrontEndModules(modules);
        archive.directory(".lodge/modules", 0755);
        archive.file(".lodge/modules/index", 0644, bytes(frontEnds.index()));
        archive.file(".lodge/modules/modules.alias", 0644, bytes(frontEnds.aliases()));
        archive.file(".lodge/modules/modules.dep", 0644, bytes(frontEnds.dependencies()));
        for (FrontEndModules.Module module : frontEnds.modules().values()) {
            archive.file(".lodge/modules/" + module.file, 0644, module.content);
        }
    }

    private static void addIdentity(CRC32 crc, Path path) throws IOException {
        Path real = path.toRealPath();
        crc.update(bytes(real + " " + Files.size(real) + " "
                + Files.getLastModifiedTime(real).toMillis()));
    }

    private static byte[] agent() throws IOException {
        try (InputStream in = Initramfs.class.getResourceAsStream("init")) {
            if (in == null) {
                throw new AssertionError("the build has left the agent out");
            }
            return in.readAllBytes();
        }
    }

    /** What mount(8) tries when it is not told: a type that is no module yet is in no other list. */
    private static String fileSystems() {
        return String.join("\n", FrontEndModules.FILE_SYSTEMS.sequencedKeySet()) + "\n*\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
