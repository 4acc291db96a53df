package dev.lodge.linux;

import java.lang.foreign.Arena;

/** A file that lives in memory only and has no path ({@code memfd_create(2)}): memory that several mappings can share. */
public final class MemoryFile {
    private MemoryFile() {}

    /**
     * Makes one of a given size, all zeroes, close-on-exec. It takes memory from the host as it is touched.
     *
     * @param name shown in {@code /proc/PID/maps}; at most 249 bytes
     * @param size bytes
     */
    public static FileDescriptor create(String name, long size) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name holds no NUL");
        }
        FileDescriptor file;
        try (Arena arena = Arena.ofConfined()) {
            long fd = LinuxException.check(
                    Syscall.invoke(
                            SystemCallNumber.MEMFD_CREATE,
                            arena.allocateFrom(name).address(),
                            Mman.MFD_CLOEXEC,
                            0),
                    "memfd_create");
            file = FileDescriptor.owned("memfd:" + name, (int) fd);
        }
        try {
            resize(file, size);
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
        return file;
    }

    /** Sets a file's size ({@code ftruncate(2)}). The JVM may die of an access to a mapping beyond the new end. */
    public static void resize(FileDescriptor file, long size) {
        LinuxException.check(Syscall.invoke(SystemCallNumber.FTRUNCATE, file.fd(), size, 0), "ftruncate");
    }
}
