package dev.lodge.guest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Picks out of a kernel's modules those that a Xen guest needs, with what they depend on. A wanted module that the
 * kernel does not have as a file is built in or left out of it; either way nothing can be done about it here.
 * Dependencies are read from the modules themselves, as Debian's packages come without {@code modules.dep}.
 */
final class FrontEndModules {
    /** The device class, as xenstore has it, and the modules that drive it; "-" are loaded on the command's demand. */
    private static final SequencedMap<String, List<String>> WANTED = new LinkedHashMap<>();

    static {
        WANTED.put("vbd", List.of("xen_blkfront"));
        WANTED.put("vif", List.of("xen_netfront"));
        WANTED.put("9pfs", List.of("9pnet_xen", "9p"));
        WANTED.put("-", List.of("overlay", "xen_evtchn", "xen_gntdev", "xen_gntalloc", "xen_privcmd", "xenfs"));
    }

    /**
     * By file system, in the order in which to try them, with what its own {@code depends} does not tell: some ask for
     * crc32c by its name, vfat for tables of characters.
     */
    static final SequencedMap<String, List<String>> FILE_SYSTEMS = new LinkedHashMap<>();

    static {
        FILE_SYSTEMS.put("ext4", List.of("crc32c_generic", "ext4"));
        FILE_SYSTEMS.put("xfs", List.of("crc32c_generic", "xfs"));
        FILE_SYSTEMS.put("btrfs", List.of("crc32c_generic", "btrfs"));
        FILE_SYSTEMS.put("squashfs", List.of("squashfs"));
        FILE_SYSTEMS.put("erofs", List.of("erofs"));
        FILE_SYSTEMS.put("iso9660", List.of("isofs"));
        FILE_SYSTEMS.put("vfat", List.of("nls_cp437", "nls_iso8859_1", "nls_ascii", "nls_utf8", "vfat"));
    }

    static final String[] SUFFIXES = {".ko", ".ko.xz", ".ko.zst", ".ko.gz"};

    /** One module as it goes into the guest. */
    static final class Module {
        /** Its name there, such as {@code xen-blkfront.ko}. */
        final String file;

        /** Uncompressed. */
        final byte[] content;

        /** The names of modules that must be loaded before it. */
        final List<String> dependencies;

        /** What {@code modprobe} knows it by. */
        final List<String> aliases;

        private Module(String file, byte[] content, List<String> dependencies, List<String> aliases) {
            this.file = file;
            this.content = content;
            this.dependencies = dependencies;
            this.aliases = aliases;
        }
    }

    private final Map<String, Path> available = new TreeMap<>();
    private final SequencedMap<String, Module> chosen = new LinkedHashMap<>();
    private final SequencedMap<String, List<String>> loadOrders = new LinkedHashMap<>();

    /** @throws IOException if a module is damaged or one that it depends on is missing */
    FrontEndModules(KernelModules modules) throws IOException {
        findAll(modules.directory());
        choose(WANTED, "");
        if (modules.fileSystems()) {
            choose(FILE_SYSTEMS, "fs-");
        }
    }

    private void choose(SequencedMap<String, List<String>> classes, String prefix) throws IOException {
        for (Map.Entry<String, List<String>> wanted : classes.entrySet()) {
            List<String> order = new ArrayList<>();
            for (String name : wanted.getValue()) {
                if (available.containsKey(name)) {
                    choose(name, order, new ArrayList<>());
                }
            }
            loadOrders.put(prefix + wanted.getKey(), order);
        }
    }

    /** {@return the modules by name, each after those that it depends on} */
    SequencedMap<String, Module> modules() {
        return chosen;
    }

    /** {@return the agent's index (see {@code modules.h})} */
    String index() {
        var index = new StringBuilder();
        for (Map.Entry<String, List<String>> order : loadOrders.entrySet()) {
            for (String name : order.getValue()) {
                index.append(order.getKey()).append(' ').append(fileOf(name)).append('\n');
            }
        }
        return index.toString();
    }

    /** {@return {@code modules.dep} for the guest's own {@code modprobe}} */
    String dependencies() {
        var lines = new StringBuilder();
        for (Map.Entry<String, Module> entry : chosen.entrySet()) {
            List<String> order = new ArrayList<>();
            appendDependencies(entry.getValue(), order);
            lines.append(entry.getValue().file).append(':');
            for (String name : order.reversed()) {
                lines.append(' ').append(fileOf(name));
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    /** {@return {@code modules.alias} for the guest's own {@code modprobe}} */
    String aliases() {
        var lines = new StringBuilder();
        for (Map.Entry<String, Module> entry : chosen.entrySet()) {
            for (String alias : entry.getValue().aliases) {
                lines.append("alias ")
                        .append(alias)
                        .append(' ')
                        .append(entry.getKey())
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private void appendDependencies(Module module, List<String> order) {
        for (String name : module.dependencies) {
            Module dependency = chosen.get(name);
            if (dependency != null && !order.contains(name)) {
                appendDependencies(dependency, order);
                order.add(name);
            }
        }
    }

    private String fileOf(String name) {
        Module module = chosen.get(name);
        if (module == null) {
            throw new AssertionError(name + " was not chosen");
        }
        return module.file;
    }

    private void choose(String name, List<String> order, List<String> path) throws IOException {
        if (order.contains(name)) {
            return;
        }
        Path file = available.get(name);
        if (file == null) {
            throw new IOException("the kernel module " + path.getLast() + " needs " + name + ", which is not there");
        }
        if (path.contains(name)) {
            throw new IOException("the kernel module " + name + " depends on itself by way of " + path.getLast());
        }
        Module module = chosen.get(name);
        if (module == null) {
            module = read(file);
        }
        path.add(name);
        for (String dependency : module.dependencies) {
            choose(dependency, order, path);
        }
        path.removeLast();
        chosen.putIfAbsent(name, module);
        order.add(name);
    }

    private void findAll(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = moduleName(file);
                Path other = name == null ? null : available.get(name);
                // "updates" comes after "kernel", and stands for it; otherwise the order of the disk must not show.
                if (name != null && (other == null || other.compareTo(file) < 0)) {
                    available.put(name, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static @Nullable String moduleName(Path path) {
        String file = path.getFileName().toString();
        for (String suffix : SUFFIXES) {
            if (file.endsWith(suffix)) {
                return underscored(file.substring(0, file.length() - suffix.length()));
            }
        }
        return null;
    }

    /* The kernel takes the two for one. */
    private static String underscored(String name) {
        return name.replace('-', '_');
    }

    private static Module read(Path path) throws IOException {
        byte[] content = decompress(path);
        var elf = new ElfFile(content, path.toString());
        List<String> dependencies = new ArrayList<>();
        for (String depends : elf.modinfo("depends")) {
            int start = 0;
            while (start < depends.length()) {
                int comma = depends.indexOf(',', start);
                int end = comma < 0 ? depends.length() : comma;
                dependencies.add(underscored(depends.substring(start, end)));
                start = end + 1;
            }
        }
        String file = path.getFileName().toString();
        String uncompressed = file.substring(0, file.lastIndexOf(".ko") + ".ko".length());
        return new Module(uncompressed, content, dependencies, elf.modinfo("alias"));
    }

    private static byte[] decompress(Path path) throws IOException {
        byte[] content = Files.readAllBytes(path);
        String file = path.getFileName().toString();
        var raw = new ByteArrayInputStream(content);
        if (file.endsWith(".ko")) {
            return content;
        }
        try (InputStream in = file.endsWith(".xz")
                ? new XZInputStream(raw)
                : file.endsWith(".zst") ? new ZstdInputStream(raw) : new GZIPInputStream(raw)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IOException(path + " cannot be decompressed: " + e.getMessage(), e);
        }
    }
}
