package dev.lodge.vmm.host;

import dev.lodge.linux.LinuxException;
import dev.lodge.vmm.InstalledKernel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a host. */
public interface HostFacts {
    /** KVM as the device answers for it. */
    interface KvmDevice extends AutoCloseable {
        int apiVersion();

        /** What {@code KVM_CHECK_EXTENSION} says of a {@code KVM_CAP_} number: 0 for no. */
        int checkExtension(int capability);

        @Override
        void close();
    }

    /**
     * Opens the device.
     *
     * @throws LinuxException if it cannot be opened
     */
    KvmDevice openKvm();

    /** The content of a small file such as those in {@code /proc}; null if it cannot be read. */
    @Nullable
    String text(String path);

    int processors();

    Path cacheDirectory();

    /** What is wrong with the cache's directory in a few words; empty when nothing is. */
    String cacheTrouble(Path directory);

    List<InstalledKernel> kernels(@Nullable Path home);
}
