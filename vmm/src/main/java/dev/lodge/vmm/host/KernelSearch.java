package dev.lodge.vmm.host;

import dev.lodge.vmm.InstalledKernel;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for kernel images in the places where they are installed or fetched to. */
public final class KernelSearch {
    private static final String IMAGE = "vmlinuz-";

    private KernelSearch() {}

    /**
     * The kernels found, best first.
     *
     * @param home Lodge's directory; null when not known
     * @param root of the host's file system
     */
    public static List<InstalledKernel> find(@Nullable Path home, Path root) {
        var kernels = new ArrayList<InstalledKernel>();
        if (home != null) {
            for (Path unpacked : list(home.resolve("build/guest/kernels"))) {
                addImages(kernels, unpacked);
            }
            kernels.sort(KernelSearch::betterFirst);
        }
        var installed = new ArrayList<InstalledKernel>();
        addImages(installed, root);
        installed.sort(KernelSearch::betterFirst);
        kernels.addAll(installed);
        return kernels;
    }

    /** Images in a tree's {@code boot}, then those among their modules, as some distributions and Debian since Linux 7 have them. */
    private static void addImages(List<InstalledKernel> kernels, Path tree) {
        Path merged = tree.resolve("lib/modules");
        Path modules = Files.isDirectory(merged) ? merged : tree.resolve("usr/lib/modules");
        Set<String> versions = new HashSet<>();
        for (Path image : list(tree.resolve("boot"))) {
            String name = image.getFileName().toString();
            if (name.startsWith(IMAGE) && isUsable(image)) {
                String version = name.substring(IMAGE.length());
                Path own = modules.resolve(version);
                kernels.add(new InstalledKernel(image, version, Files.isDirectory(own) ? own : null));
                versions.add(version);
            }
        }
        for (Path own : list(modules)) {
            String version = own.getFileName().toString();
            Path image = own.resolve("vmlinuz");
            if (isUsable(image) && versions.add(version)) {
                kernels.add(new InstalledKernel(image, version, own));
            }
        }
    }

    private static boolean isUsable(Path image) {
        return Files.isRegularFile(image) && Files.isReadable(image);
    }

    private static List<Path> list(Path directory) {
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                entries.add(entry);
            }
        } catch (IOException e) {
            return List.of(); // no such directory, or not for us: no kernels there
        }
        return entries;
    }

    private static int betterFirst(InstalledKernel a, InstalledKernel b) {
        int newer = compareVersions(b.version(), a.version());
        if (newer != 0) {
            return newer;
        }
        int cloud = Boolean.compare(b.version().contains("cloud"), a.version().contains("cloud"));
        return cloud != 0 ? cloud : b.version().compareTo(a.version());
    }

    /** Compares the numbers that versions begin with: 6.1.0-9 is older than 6.1.0-41, and 6.1 than 6.12. */
    static int compareVersions(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            int endA = digitsEnd(a, i);
            int endB = digitsEnd(b, j);
            int order = Long.compare(number(a, i, endA), number(b, j, endB));
            if (order != 0 || endA == i || endB == j) {
                return order;
            }
            i = endA + 1;
            j = endB + 1;
        }
        return 0;
    }

    private static int digitsEnd(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** -1 where there is no number; numbers of more than 18 digits count by their first 18. */
    private static long number(String text, int start, int end) {
        return end <= start ? -1 : Long.parseLong(text, start, Math.min(end, start + 18), 10);
    }
}
