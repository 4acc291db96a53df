package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * One thread's way into the kernel: libc's {@code syscall(2)}, the errno of the last call, and a little native memory for
 * arguments. All of Lodge's native calls share this one downcall handle, because linking a handle is what start-up pays.
 *
 * <p>Results follow the kernel's own convention: zero or more is success, {@code -errno} is failure, so that
 * {@code EINTR} and {@code EAGAIN} are seen without a second read. No call is linked as {@code critical}: each may block.
 *
 * <p>An instance belongs to one thread at a time. {@link #invoke} finds the calling thread's own; a hot loop keeps an
 * instance for itself and uses {@link #call}.
 */
public final class Syscall {
    /** Bytes of {@link #scratch()}. */
    public static final long SCRATCH_SIZE = 256;

    private static final long SCRATCH_OFFSET = 8;
    private static final MethodHandle SYSCALL = link();
    private static final PerThread CURRENT = new PerThread();

    private final MemorySegment errno;
    private final MemorySegment scratch;
    private final long scratchAddress;

    /** A way into the kernel for a thread that makes many calls. */
    public Syscall() {
        // One block, so that the errno segment, which every call holds, keeps the scratch memory alive too.
        MemorySegment block = Arena.ofAuto().allocate(SCRATCH_OFFSET + SCRATCH_SIZE, Long.BYTES);
        errno = block.asSlice(0, Integer.BYTES);
        scratch = block.asSlice(SCRATCH_OFFSET, SCRATCH_SIZE);
        scratchAddress = scratch.address();
    }

    /** The calling thread's instance. */
    public static Syscall current() {
        return CURRENT.get();
    }

    /**
     * Makes a system call from the calling thread.
     *
     * @param number one of {@link SystemCallNumber}
     * @return the call's result, or {@code -errno}
     */
    public static long invoke(long number, long a, long b, long c, long d, long e, long f) {
        return current().call(number, a, b, c, d, e, f);
    }

    /** {@link #invoke(long, long, long, long, long, long, long)} for a call of at most three arguments. */
    public static long invoke(long number, long a, long b, long c) {
        return current().call(number, a, b, c, 0, 0, 0);
    }

    /**
     * Makes a system call. Allocates nothing.
     *
     * @param number one of {@link SystemCallNumber}
     * @return the call's result, or {@code -errno}
     */
    public long call(long number, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
        } catch (Throwable unexpected) {
            throw new AssertionError("a downcall throws nothing", unexpected);
        }
        return result == -1 ? -errno.get(JAVA_INT, 0) : result;
    }

    /** {@code ioctl(fd, request, argument)}: its result, or {@code -errno}. */
    public long ioctl(int fd, long request, long argument) {
        return call(SystemCallNumber.IOCTL, fd, request, argument, 0, 0, 0);
    }

    /**
     * {@code ioctl} with a struct, which it keeps alive meanwhile: the result, or {@code -errno}.
     *
     * @param size bytes that the kernel may touch
     * @throws IllegalArgumentException when the segment is on the heap or smaller than that
     */
    public long ioctl(int fd, long request, MemorySegment argument, long size) {
        long address = address(argument, size);
        try {
            return call(SystemCallNumber.IOCTL, fd, request, address, 0, 0, 0);
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /** {@code read}, {@code pwrite} and their like: a file, all of a buffer, and a place in the file. */
    long transfer(int number, int fd, MemorySegment buffer, long offset) {
        long address = address(buffer, 0);
        try {
            return call(number, fd, address, buffer.byteSize(), offset, 0, 0);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code read} and {@code write} of a part of a buffer. */
    long transferPart(int number, int fd, MemorySegment buffer, long at, long length) {
        Objects.checkFromIndexSize(at, length, buffer.byteSize());
        long address = address(buffer, 0) + at;
        try {
            return call(number, fd, address, length, 0, 0, 0);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** {@code epoll_wait} into memory that holds so many events. */
    long epollWait(int fd, MemorySegment events, int maximum, int timeoutMillis) {
        try {
            return call(SystemCallNumber.EPOLL_WAIT, fd, events.address(), maximum, timeoutMillis, 0, 0);
        } finally {
            Reference.reachabilityFence(events);
        }
    }

    /**
     * {@value #SCRATCH_SIZE} bytes of native memory, aligned to 8, for the argument of the next call. Whatever this thread
     * calls next may overwrite it, so fill it and make the call with nothing in between.
     */
    public MemorySegment scratch() {
        return scratch;
    }

    /** Address of {@link #scratch()}. */
    public long scratchAddress() {
        return scratchAddress;
    }

    /** {@link #scratch()} with its first {@code size} bytes zeroed. */
    public MemorySegment zeroedScratch(long size) {
        for (long i = 0; i < size; i += Long.BYTES) {
            scratch.set(JAVA_LONG, i, 0);
        }
        return scratch;
    }

    /**
     * The address of memory that the kernel is to read or write. The caller keeps the segment reachable and open until the
     * call is over.
     *
     * @throws IllegalArgumentException when the segment is on the heap or smaller than {@code size} bytes
     * @throws IllegalStateException when its arena is closed
     */
    public static long address(MemorySegment segment, long size) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("the kernel cannot be given memory on the Java heap");
        }
        if (segment.byteSize() < size) {
            throw new IllegalArgumentException(segment.byteSize() + " bytes of memory where " + size + " are needed");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the memory's arena is closed");
        }
        return segment.address();
    }

    /**
     * Linked as a function of seven arguments, although C declares {@code syscall} variadic: on x86-64 the two differ in
     * {@code %al} alone, which counts the vector registers in use and which {@code syscall} does not read; and a variadic
     * handle takes longer to link.
     */
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor signature = FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        try {
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"), signature, Linker.Option.captureCallState("errno"));
        } catch (IllegalCallerException denied) {
            throw new IllegalStateException(
                    "this JVM denies native access; start it with --enable-native-access=dev.lodge.kvm"
                            + " (ALL-UNNAMED when Lodge is on the class path)",
                    denied);
        }
    }

    private static final class PerThread extends ThreadLocal<Syscall> {
        @Override
        protected Syscall initialValue() {
            return new Syscall();
        }
    }
}
