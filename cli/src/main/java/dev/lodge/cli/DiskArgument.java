package dev.lodge.cli;

import dev.lodge.vmm.Disk;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The value of {@code --disk}: {@code FILE[,ro][,overlay[=FILE]][,format=raw|qcow2][,limit=RATE][,limit=Niops][,persistent]}. */
final class DiskArgument {
    private static final String OPERATIONS = "iops";

    private final String option;
    private boolean readOnly;
    private boolean overlaid;
    private boolean persistent;
    private @Nullable Path overlay;
    private String format = "";
    private long bytesPerSecond;
    private long operationsPerSecond;

    private DiskArgument(String option) {
        this.option = option;
    }

    /**
     * Reads it. A comma ends a file's name.
     *
     * @throws CommandLineException naming the word that is wrong
     */
    static Disk parse(String value, String option) {
        int comma = value.indexOf(',');
        Path image = RunArguments.path(comma < 0 ? value : value.substring(0, comma), option);
        DiskArgument argument = new DiskArgument(option);
        while (comma >= 0) {
            int next = value.indexOf(',', comma + 1);
            argument.word(value.substring(comma + 1, next < 0 ? value.length() : next));
            comma = next;
        }
        return argument.disk(image);
    }

    private void word(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? null : word.substring(equals + 1);
        switch (name) {
            case "ro" -> readOnly = flag(name, value, word);
            case "persistent" -> persistent = flag(name, value, word);
            case "overlay" -> {
                overlaid = true;
                overlay = value == null ? null : RunArguments.path(value, option + " ...,overlay");
            }
            case "format" -> format = format(value == null ? "" : value, word);
            case "limit" -> limit(value == null ? "" : value);
            default ->
                throw new CommandLineException(option + " ...," + word
                        + ": not 'ro', 'overlay', 'overlay=FILE', 'format=...', 'limit=...' or 'persistent'");
        }
    }

    private boolean flag(String name, @Nullable String value, String word) {
        if (value != null) {
            throw new CommandLineException(option + " ...," + word + ": '" + name + "' takes no value");
        }
        return true;
    }

    private String format(String value, String word) {
        if (!value.equals("raw") && !value.equals("qcow2")) {
            throw new CommandLineException(option + " ...," + word + ": not 'format=raw' or 'format=qcow2'");
        }
        return value;
    }

    private void limit(String value) {
        String name = option + " ...,limit";
        if (value.endsWith(OPERATIONS)) {
            operationsPerSecond =
                    Quantities.count(value.substring(0, value.length() - OPERATIONS.length()), name, 1, 999_999_999);
        } else {
            bytesPerSecond = Quantities.rate(value, name);
        }
    }

    private Disk disk(Path image) {
        if (readOnly && overlaid) {
            throw new CommandLineException(option + " " + image + ": 'ro' and 'overlay' exclude each other");
        }
        Disk disk = Disk.image(image);
        if (!format.isEmpty()) {
            disk = format.equals("raw") ? disk.raw() : disk.qcow2();
        }
        if (readOnly) {
            disk = disk.readOnly();
        } else if (overlaid) {
            disk = overlay == null ? disk.overlay() : disk.overlay(overlay);
        }
        if (persistent) {
            disk = disk.persistentGrants();
        }
        return disk.limit(bytesPerSecond, operationsPerSecond);
    }
}
