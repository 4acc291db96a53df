/**
 * The system calls that a virtual machine monitor makes besides KVM's own: files, memory mappings, eventfds, epoll, timers,
 * terminals and signals, each as one small class. Every call goes through {@link dev.lodge.linux.Syscall}, which captures
 * {@code errno}; a refusal is a {@link dev.lodge.linux.LinuxException} that names the call, the errno and what to do.
 *
 * <p>This is no general POSIX library: a call is here because Lodge makes it, and only for x86-64. It knows nothing of KVM
 * ({@code dev.lodge.kvm}) or of guests. Classes with lower-case names are C structs under their C names.
 */
@NullMarked
package dev.lodge.linux;

import org.jspecify.annotations.NullMarked;
