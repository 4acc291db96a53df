package dev.lodge.guest;

import java.nio.ByteBuffer;

/**
 * Is told what the agent says, in the order in which it was said. Called on the thread that feeds the
 * {@link AgentDecoder}. Buffers hold one payload between position and limit and are valid during the call only.
 *
 * <p>{@link #started} comes first and at most once; one of {@link #exited}, {@link #execFailed} and {@link #failed}
 * comes last, the latter two also without {@code started}.
 */
public interface AgentListener {
    /**
     * The command has been executed. Only from now on may the host send frames.
     *
     * @param stdinCredit how many bytes of standard input may be sent; never negative
     */
    void started(int stdinCredit);

    /** The command wrote this to its standard output, or to its terminal. */
    void stdout(ByteBuffer payload);

    /** The command wrote this to its standard error. */
    void stderr(ByteBuffer payload);

    /**
     * The command has taken some of its input.
     *
     * @param bytes how many further bytes of standard input may be sent; never negative
     */
    void stdinCredit(int bytes);

    /**
     * The command has ended, and all its output has been told.
     *
     * @param status the exit code, or 128 plus the signal that ended the command: 0 to 255
     */
    void exited(int status);

    /**
     * The command cannot be executed.
     *
     * @param errno of {@code execve} in the guest; {@code ENOENT} (2) is a shell's 127, the others its 126
     * @param text the errno in words
     */
    void execFailed(int errno, String text);

    /**
     * The agent cannot do its work; what command there was is dead.
     *
     * @param reason why
     */
    void failed(String reason);
}
