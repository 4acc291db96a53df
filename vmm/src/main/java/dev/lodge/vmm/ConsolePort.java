package dev.lodge.vmm;

/** By which the host's end of a console asks to be called again. */
@FunctionalInterface
public interface ConsolePort {

    /** Has {@link Console#output} and {@link Console#input} called soon. Any thread; several calls may count as one. */
    void resume();
}
