package dev.lodge.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the JDK could not do something with a file: its exceptions say most of it by their class. */
public final class FileFailure {
    private FileFailure() {}

    /** In words that go on from "cannot be written: ", without the file's name. */
    public static String reason(IOException failure) {
        String said = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return switch (failure) {
            case NoSuchFileException missing -> "there is no such file or directory";
            case AccessDeniedException denied -> "no permission";
            default ->
                said == null || said.isEmpty()
                        ? failure.getClass().getSimpleName()
                        : Character.toLowerCase(said.charAt(0)) + said.substring(1);
        };
    }
}
