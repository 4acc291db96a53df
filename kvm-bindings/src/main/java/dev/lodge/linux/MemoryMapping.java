package dev.lodge.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A range of this process's address space ({@code mmap(2)}) as a {@link MemorySegment}, unmapped by {@link #close}.
 *
 * <p>The segment belongs to a shared arena of its own. Any thread may use it, and a use after {@link #close} throws
 * {@link IllegalStateException} where a segment of global scope would crash the JVM. That costs nothing on access: the
 * liveness check is the one every segment has, a plain read that the JIT hoists out of loops. What it costs is a handshake
 * with all threads when the mapping is closed, once in its life. The kernel, which is given addresses, is not held off by
 * it: stop the vCPUs, then close their memory.
 *
 * <p>Sizes and offsets are multiples of {@link Mman#PAGE_SIZE}; the kernel rounds a size up.
 */
public final class MemoryMapping implements AutoCloseable {
    private static final int READ_WRITE = Mman.PROT_READ | Mman.PROT_WRITE;
    private static final int PRIVATE_ZEROES = Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_NORESERVE;
    private static final int SHARED_ZEROES = Mman.MAP_SHARED | Mman.MAP_ANONYMOUS | Mman.MAP_NORESERVE;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    private MemoryMapping(long address, long size) {
        segment = MemorySegment.ofAddress(address).reinterpret(size, arena, null);
    }

    /** Zeroed memory of this process, readable and writable, taken from the host only when touched. */
    public static MemoryMapping anonymous(long size) {
        return map(size, READ_WRITE, PRIVATE_ZEROES, -1, 0);
    }

    /** As {@link #anonymous}, but shared with children and fit for {@code MADV_REMOVE}. */
    public static MemoryMapping sharedAnonymous(long size) {
        return map(size, READ_WRITE, SHARED_ZEROES, -1, 0);
    }

    /**
     * As {@link #anonymous}, at a multiple of an alignment: KVM can map a huge page only where host and guest address
     * agree within it.
     *
     * @param alignment bytes, a power of two, such as {@link Mman#HUGE_PAGE_SIZE}
     */
    public static MemoryMapping anonymousAligned(long size, long alignment) {
        if (Long.bitCount(alignment) != 1 || alignment < Mman.PAGE_SIZE) {
            throw new IllegalArgumentException("an alignment of " + alignment);
        }
        long rounded = Math.addExact(positive(size), Mman.PAGE_SIZE - 1) & -Mman.PAGE_SIZE;
        long start = tryMap(0, Math.addExact(rounded, alignment), READ_WRITE, PRIVATE_ZEROES, -1, 0);
        if (start < 0) {
            throw refused(size, start);
        }
        long aligned = (start + alignment - 1) & -alignment;
        long end = aligned + rounded;
        unmap(start, aligned - start);
        unmap(end, start + rounded + alignment - end);
        return new MemoryMapping(aligned, size);
    }

    /** Address space that holds nothing yet; parts of it are mapped by {@link #mapAnonymous} and {@link #mapFile}. */
    public static MemoryMapping reserve(long size) {
        return map(size, Mman.PROT_NONE, PRIVATE_ZEROES, -1, 0);
    }

    /**
     * A part of a file.
     *
     * @param offset bytes from the start of the file
     * @param protection {@code PROT_*} of {@link Mman}, or-ed
     * @param flags {@code MAP_SHARED} or {@code MAP_PRIVATE}
     */
    public static MemoryMapping file(FileDescriptor file, long offset, long size, int protection, int flags) {
        long address = tryMap(0, size, protection, flags, file.fd(), offset);
        if (address < 0) {
            throw new LinuxException("mmap " + file.name(), (int) -address);
        }
        return new MemoryMapping(address, size);
    }

    /** The memory. Every use of it after {@link #close} throws {@link IllegalStateException}. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where it begins, for the kernel. */
    public long address() {
        return segment.address();
    }

    /** Bytes. */
    public long size() {
        return segment.byteSize();
    }

    /** Replaces a part by zeroed memory of this process. */
    public void mapAnonymous(long offset, long size, int protection) {
        replace("mmap", offset, size, protection, PRIVATE_ZEROES, -1, 0);
    }

    /**
     * Replaces a part by a part of a file.
     *
     * @param flags {@code MAP_SHARED} or {@code MAP_PRIVATE}
     */
    public void mapFile(long offset, long size, FileDescriptor file, long fileOffset, int protection, int flags) {
        replace("mmap " + file.name(), offset, size, protection, flags, file.fd(), fileOffset);
    }

    /** Sets what may be done with a part: {@code PROT_*} of {@link Mman}, or-ed. The JVM dies of a forbidden access. */
    public void protect(long offset, long size, int protection) {
        LinuxException.check(
                Syscall.invoke(SystemCallNumber.MPROTECT, within(offset, size), size, protection), "mprotect");
    }

    /** Tells the kernel what is to come of a part: {@code MADV_*} of {@link Mman}. */
    public void advise(long offset, long size, int advice) {
        LinuxException.check(Syscall.invoke(SystemCallNumber.MADVISE, within(offset, size), size, advice), "madvise");
    }

    /**
     * Unmaps it. No thread may be inside a system call, {@code KVM_RUN} included, that uses the memory.
     *
     * @throws IllegalStateException when closed already
     */
    @Override
    public void close() {
        arena.close();
        unmap(segment.address(), segment.byteSize());
    }

    private static MemoryMapping map(long size, int protection, int flags, int fd, long offset) {
        long address = tryMap(0, size, protection, flags, fd, offset);
        if (address < 0) {
            throw refused(size, address);
        }
        return new MemoryMapping(address, size);
    }

    private void replace(String call, long offset, long size, int protection, int flags, int fd, long fileOffset) {
        long at = within(offset, size);
        LinuxException.check(tryMap(at, size, protection, flags | Mman.MAP_FIXED, fd, fileOffset), call);
    }

    private static long tryMap(long address, long size, int protection, int flags, int fd, long offset) {
        return Syscall.invoke(SystemCallNumber.MMAP, address, positive(size), protection, flags, fd, offset);
    }

    private static void unmap(long address, long size) {
        if (size > 0) {
            LinuxException.check(Syscall.invoke(SystemCallNumber.MUNMAP, address, size, 0), "munmap");
        }
    }

    private long within(long offset, long size) {
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the mapping is closed");
        }
        if (offset < 0 || size <= 0 || size > segment.byteSize() - offset) {
            throw new IllegalArgumentException(size + " bytes at " + offset + " of a mapping of " + segment.byteSize());
        }
        return segment.address() + offset;
    }

    private static long positive(long size) {
        if (size <= 0) {
            throw new IllegalArgumentException("a mapping of " + size + " bytes");
        }
        return size;
    }

    private static LinuxException refused(long size, long result) {
        return new LinuxException("mmap of " + size + " bytes", (int) -result);
    }
}
