package dev.lodge.vmm.boot;

import dev.lodge.linux.FileFailure;
import dev.lodge.vmm.BootException;
import dev.lodge.vmm.boot.KernelDescription.Extent;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is costly to make: unpacked kernels, by the content of the file they came from, and other derived files.
 * Only the first run pays. A kernel is kept as the pages that are not zero, with a {@link KernelDescription} beside them,
 * so that a later run copies them to where they go and does nothing else.
 *
 * <p>A cache that cannot be written or trusted never stops a guest: it is warned of once, and the work is done in memory.
 * Any number of processes may use one directory. Not for more than one thread.
 */
public final class KernelCache {

    /** Writes a derived file. */
    @FunctionalInterface
    public interface ContentWriter {

        /**
         * Writes the whole content; may be called a second time if the cache fails.
         *
         * @throws IOException if what it is made from cannot be read, or {@code out} not be written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    private static final String KERNELS = "kernel";
    private static final int KERNELS_KEPT = 8;
    private static final int DERIVED_KEPT = 32;
    private static final int CHUNK = 1 << 16;

    /** A process is told once. */
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final @Nullable CacheStore store;
    private final @Nullable PathIndex index;

    private KernelCache(@Nullable Path root) {
        CacheDirectory directory = root == null ? null : new CacheDirectory(root);
        store = directory == null ? null : new CacheStore(directory);
        index = directory == null ? null : new PathIndex(directory);
    }

    /** The user's cache: {@code $LODGE_CACHE}, else {@code $XDG_CACHE_HOME/lodge}, else {@code ~/.cache/lodge}. */
    public static KernelCache standard() {
        return new KernelCache(locate(System.getenv(), System.getProperty("user.home", "")));
    }

    /** A cache in {@code directory}, which is made when needed. */
    public static KernelCache at(Path directory) {
        return new KernelCache(directory);
    }

    /** No cache: every kernel is unpacked anew. */
    public static KernelCache none() {
        return new KernelCache(null);
    }

    /** Where the user's cache is; null if nothing says. */
    static @Nullable Path locate(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("LODGE_CACHE", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        // The XDG specification has relative paths ignored.
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (xdg.startsWith("/")) {
            return Path.of(xdg, "lodge");
        }
        return home.startsWith("/") ? Path.of(home, ".cache", "lodge") : null;
    }

    /**
     * Opens a kernel, from the cache if its content is known.
     *
     * @param file a bzImage or an ELF file with a PVH entry point
     * @throws BootException if it is neither, is damaged, or cannot be read
     */
    public LoadableKernel load(Path file) {
        if (store == null || index == null) {
            return KernelImage.open(file);
        }
        Path absolute = file.toAbsolutePath();
        FileStamp stamp;
        try {
            stamp = FileStamp.of(absolute);
        } catch (IOException e) {
            throw KernelFile.unreadable(file, e);
        }
        String key = index.find(absolute, stamp);
        LoadableKernel known = key == null ? null : open(store, key, file.toString());
        return known == null ? loadCold(store, index, file, stamp) : known;
    }

    /**
     * A file made from other things, from the cache if it is there.
     *
     * @param kind what sort of file, a name of letters, digits and {@code -}
     * @param key stands for the content: whatever changes it changes the key; of the same characters
     * @param writer makes it, if need be
     * @return the file. It may be removed once other 32 of its kind were made, so it is to be opened soon
     * @throws BootException if it can be made neither in the cache nor in the directory for temporary files
     */
    public Path derived(String kind, String key, ContentWriter writer) {
        if (!isName(kind) || !isName(key) || kind.equals(KERNELS) || kind.equals(PathIndex.KIND)) {
            throw new IllegalArgumentException("no kind and key for the cache: " + kind + ", " + key);
        }
        if (store != null) {
            CacheStore.Entry entry = store.find(kind, key);
            if (entry != null) {
                return entry.body();
            }
            try {
                return store.put(kind, key, writer::writeTo, ByteBuffer.allocate(0), DERIVED_KEPT);
            } catch (IOException e) {
                warn(e);
            }
        }
        return temporary(kind, writer);
    }

    private static Path temporary(String kind, ContentWriter writer) {
        try {
            Path file = Files.createTempFile("lodge-" + kind + "-", null);
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                writer.writeTo(out);
            }
            return file;
        } catch (IOException e) {
            throw new BootException(
                    "cannot make the " + kind + " (" + e + "); make room in the cache's directory or in java.io.tmpdir",
                    e);
        }
    }

    private LoadableKernel loadCold(CacheStore cache, PathIndex paths, Path file, FileStamp stamp) {
        Arena arena = Arena.ofShared();
        boolean inUse = false;
        try {
            ByteBuffer bytes = KernelFile.read(file, arena);
            String key = sha256(bytes);
            LoadableKernel kernel = open(cache, key, file.toString());
            if (kernel == null) {
                kernel = KernelImage.unpack(bytes, file.toString(), arena);
                inUse = true;
                keep(cache, key, kernel);
            }
            remember(paths, file.toAbsolutePath(), stamp, key);
            return kernel;
        } finally {
            if (!inUse) {
                arena.close();
            }
        }
    }

    private static @Nullable LoadableKernel open(CacheStore cache, String key, String name) {
        CacheStore.Entry entry = cache.find(KERNELS, key);
        KernelDescription description = entry == null ? null : KernelRecord.decode(entry.words());
        if (entry == null || description == null) {
            return null;
        }
        try {
            FileChannel channel = FileChannel.open(entry.body(), StandardOpenOption.READ);
            return new LoadableKernel(name, description, new FileBytes(channel));
        } catch (IOException e) {
            return null;
        }
    }

    private void keep(CacheStore cache, String key, LoadableKernel kernel) {
        KernelDescription packed = packed(kernel.description());
        try {
            ByteBuffer words = KernelRecord.encode(packed);
            cache.put(KERNELS, key, out -> write(kernel, packed.extents(), out), words, KERNELS_KEPT);
        } catch (IOException e) {
            warn(e);
        }
    }

    private void remember(PathIndex paths, Path file, FileStamp stamp, String key) {
        try {
            if (FileStamp.of(file).isSame(stamp) && !stamp.isRacy(System.currentTimeMillis())) {
                paths.put(file, stamp, key);
            }
        } catch (IOException e) {
            warn(e);
        }
    }

    /** The same kernel, its extents one after the other, each as far into a page of the file as it is in memory. */
    private static KernelDescription packed(KernelDescription kernel) {
        List<Extent> extents = new ArrayList<>();
        long end = 0;
        for (Extent extent : kernel.extents()) {
            long page = (end + BootLayout.PAGE_SIZE - 1) & -BootLayout.PAGE_SIZE;
            long offset = page + (extent.address() & (BootLayout.PAGE_SIZE - 1));
            extents.add(new Extent(extent.address(), offset, extent.length()));
            end = offset + extent.length();
        }
        return kernel.withExtents(extents);
    }

    private static void write(LoadableKernel kernel, List<Extent> packed, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        byte[] zeros = new byte[2 * BootLayout.PAGE_SIZE];
        long at = 0;
        for (int i = 0; i < packed.size(); i++) {
            Extent source = kernel.description().extents().get(i);
            out.write(zeros, 0, (int) (packed.get(i).offset() - at));
            for (long done = 0; done < source.length(); done += chunk.length) {
                int n = (int) Math.min(chunk.length, source.length() - done);
                kernel.bytes().copyTo(MemorySegment.ofArray(chunk).asSlice(0, n), source.offset() + done);
                out.write(chunk, 0, n);
            }
            at = packed.get(i).offset() + source.length();
        }
    }

    private static String sha256(ByteBuffer bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private void warn(IOException e) {
        if (WARNED.compareAndSet(false, true)) {
            LoggerFactory.getLogger(KernelCache.class)
                    .warn(
                            "Lodge's cache cannot be used ({}): each start unpacks the kernel anew",
                            FileFailure.reason(e));
        }
    }
}
