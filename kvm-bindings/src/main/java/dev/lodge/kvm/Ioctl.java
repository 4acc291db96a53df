package dev.lodge.kvm;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.Syscall;
import java.lang.foreign.MemorySegment;

/** An ioctl on one of KVM's files. What is refused becomes a {@link KvmException}. */
final class Ioctl {
    private Ioctl() {}

    static long call(FileDescriptor file, String name, long request, long argument) {
        return KvmException.check(tryCall(file, request, argument), name);
    }

    static long call(FileDescriptor file, String name, long request, MemorySegment argument) {
        return KvmException.check(tryCall(file, request, argument), name);
    }

    /** With the calling thread's scratch memory as the argument. */
    static long callWithScratch(FileDescriptor file, String name, long request) {
        Syscall syscall = Syscall.current();
        return KvmException.check(syscall.ioctl(file.fd(), request, syscall.scratchAddress()), name);
    }

    static long tryCall(FileDescriptor file, long request, long argument) {
        return Syscall.current().ioctl(file.fd(), request, argument);
    }

    /** The request says how large its struct is: nothing smaller is handed to the kernel. */
    static long tryCall(FileDescriptor file, long request, MemorySegment argument) {
        long size = request >> 16 & 0x3fff;
        return Syscall.current().ioctl(file.fd(), request, argument, size);
    }
}
