package dev.lodge.cli;

import java.io.Serial;

/** Lodge cannot do what the user asked; the message is the one line to say so. */
final class CommandLineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    CommandLineException(String message) {
        super(message);
    }
}
