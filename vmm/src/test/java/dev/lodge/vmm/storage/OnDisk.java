package dev.lodge.vmm.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Directories where the build is, which is more likely on a disk than where others are temporary: reads of memory do not queue. */
public class OnDisk implements TempDirFactory {

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        Path build = Path.of("target");
        return Files.isDirectory(build)
                ? Files.createTempDirectory(build, "on-disk")
                : Files.createTempDirectory("on-disk");
    }
}
