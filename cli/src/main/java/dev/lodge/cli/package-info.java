/**
 * The program {@code lodge}: command lines, terminals, signals, exit statuses, and the only place with Logback.
 *
 * <p>It knows of Lodge only the embedding API {@code dev.lodge.vmm} and the terminal calls of {@code dev.lodge.linux}.
 * What runs before the guest does is kept plain: a user waits for it.
 */
@NullMarked
package dev.lodge.cli;

import org.jspecify.annotations.NullMarked;
