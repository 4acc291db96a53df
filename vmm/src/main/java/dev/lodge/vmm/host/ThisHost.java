package dev.lodge.vmm.host;

import dev.lodge.kvm.Kvm;
import dev.lodge.vmm.InstalledKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host this process runs on. */
public final class ThisHost implements HostFacts {
    @Override
    public KvmDevice openKvm() {
        return new OpenKvm(Kvm.open());
    }

    @Override
    public @Nullable String text(String path) {
        try {
            return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public Path cacheDirectory() {
        String own = System.getenv("LODGE_CACHE");
        if (own != null && !own.isEmpty()) {
            return Path.of(own);
        }
        String user = System.getenv("XDG_CACHE_HOME");
        return user != null && user.startsWith("/")
                ? Path.of(user, "lodge")
                : Path.of(System.getProperty("user.home"), ".cache", "lodge");
    }

    @Override
    public String cacheTrouble(Path directory) {
        Path place = directory;
        while (!Files.exists(place, LinkOption.NOFOLLOW_LINKS) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place)) {
            return place + " is no directory";
        }
        return Files.isWritable(place) ? "" : place + " is not writable";
    }

    @Override
    public List<InstalledKernel> kernels(@Nullable Path home) {
        return InstalledKernel.find(home);
    }

    private record OpenKvm(Kvm kvm) implements KvmDevice {
        @Override
        public int apiVersion() {
            return kvm.apiVersion();
        }

        @Override
        public int checkExtension(int capability) {
            return kvm.checkExtension(capability);
        }

        @Override
        public void close() {
            kvm.close();
        }
    }
}
