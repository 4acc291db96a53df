/**
 * A domain's I/O thread: an epoll loop on which its back ends, its xenstore ring and its timers run, one at a time. Knows
 * nothing of what they do. And what threads that wait for the host share: bounded queues of bytes, sockets' files, waiting
 * for the ends of threads.
 */
@NullMarked
package dev.lodge.vmm.io;

import org.jspecify.annotations.NullMarked;
