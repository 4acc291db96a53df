/**
 * The Linux kernel's interface to virtual machines ({@code linux/kvm.h}, {@code Documentation/virt/kvm/api.rst}): one class
 * per kind of file ({@link dev.lodge.kvm.Kvm}, {@link dev.lodge.kvm.KvmVm}, {@link dev.lodge.kvm.KvmVcpu}), the page that a
 * vCPU shares with the kernel ({@link dev.lodge.kvm.KvmRun} and the exits it describes), the constants under their C names
 * in themed classes, and one layout class per C struct.
 *
 * <p>A method is one ioctl and decides nothing: what a guest is shown, when a vCPU runs and what an exit means is its
 * caller's. x86-64 only.
 *
 * <h2 id="layouts">Layout classes</h2>
 * A class with a lower-case name is the C struct of that name: {@code SIZEOF}, {@code FIELD$offset} in bytes from the start
 * of the struct (a dollar where C has a dot, as in {@code u$timer$port$offset}), and static accessors over a
 * {@link java.lang.foreign.MemorySegment} that begins with the struct. Constants and plain value layouts and nothing else,
 * so that they cost nothing at start-up and fold away in compiled code. {@code __u8} and {@code __u16} are read as unsigned
 * into an {@code int}; a setter keeps the low bits. {@code KvmLayoutTest} proves each against the C compiler.
 */
@NullMarked
package dev.lodge.kvm;

import org.jspecify.annotations.NullMarked;
