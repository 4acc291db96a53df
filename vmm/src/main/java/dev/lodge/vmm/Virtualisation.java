package dev.lodge.vmm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which virtualisation of its own the processor offers, as {@code /proc/cpuinfo} tells. */
public enum Virtualisation {
    /** Intel's; flag {@code vmx}. */
    VMX,
    /** AMD's; flag {@code svm}. */
    SVM,
    /** None: a KVM device here runs guests in software, far too slowly for a Linux guest. */
    NONE;

    /** One processor's entry is some 3 KiB, and all processors have the same flags. */
    private static final int ENOUGH = 16 << 10;

    /** What this host offers; {@link #NONE} where {@code /proc/cpuinfo} cannot be read. Costs one read of some KiB. */
    public static Virtualisation ofThisHost() {
        try (InputStream file = Files.newInputStream(Path.of("/proc/cpuinfo"))) {
            return ofCpuinfo(new String(file.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return NONE;
        }
    }

    /**
     * What the first processor listed offers.
     *
     * @param cpuinfo the content of {@code /proc/cpuinfo}, or its beginning
     */
    public static Virtualisation ofCpuinfo(String cpuinfo) {
        int start = cpuinfo.indexOf("\nflags");
        if (start < 0) {
            return NONE;
        }
        int end = cpuinfo.indexOf('\n', start + 1);
        String flags = cpuinfo.substring(start, end < 0 ? cpuinfo.length() : end) + " ";
        if (flags.contains(" vmx ")) {
            return VMX;
        }
        return flags.contains(" svm ") ? SVM : NONE;
    }
}
