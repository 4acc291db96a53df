/**
 * Runs one command in a guest through Lodge's agent: the host's half of the command channel.
 *
 * <p>Here are the frames' decoding, the flow control both ways and the threads that read and write streams which may
 * block. Not here: the agent and the frame format ({@code dev.lodge.guest}), the console ring that carries the frames
 * ({@code dev.lodge.vmm.backend.console}), and what a terminal, a signal or an exit status means to the program
 * ({@code dev.lodge.cli}).
 */
@NullMarked
package dev.lodge.vmm.agent;

import org.jspecify.annotations.NullMarked;
