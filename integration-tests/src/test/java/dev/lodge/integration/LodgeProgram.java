package dev.lodge.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The program {@code lodge} as a process: started by its launcher, watched from outside. */
final class LodgeProgram {
    private static final byte[] NOTHING = {};

    private final Process process;
    private final ByteArrayOutputStream stdoutSoFar = new ByteArrayOutputStream();
    private final CompletableFuture<String> stdout;
    private final CompletableFuture<String> stderr;

    /**
     * How it ended.
     *
     * @param stdout a character for each byte
     * @param stderr in the same way
     */
    record Result(int status, String stdout, String stderr) {}

    private LodgeProgram(Process process) {
        this.process = process;
        stdout = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream(), stdoutSoFar));
        stderr = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream(), new ByteArrayOutputStream()));
    }

    /** Runs {@code lodge} with nothing to read. */
    static Result run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).feed(NOTHING).await();
    }

    /** Runs {@code lodge} and gives it something to read. */
    static Result runWithInput(byte[] input, String... arguments) throws IOException, InterruptedException {
        return start(arguments).feed(input).await();
    }

    /** The arguments for a shell's script in a guest of this kernel, with more options. */
    static String[] script(String kernel, String script, String... options) {
        List<String> all = new ArrayList<>(List.of("run", "-k", kernel));
        all.addAll(List.of(options));
        all.addAll(List.of("--", "sh", "-c", script));
        return all.toArray(String[]::new);
    }

    static LodgeProgram start(String... arguments) throws IOException {
        // The lab's shell starts these tests with SIGINT ignored, which children and even a JVM's handlers inherit.
        return start(
                Map.of(), List.of("env", "--default-signal", Checkout.launcher().toString()), arguments);
    }

    /**
     * Starts it in other surroundings.
     *
     * @param environment added to this process's
     * @param prefix a command line that ends in lodge's
     */
    static LodgeProgram start(Map<String, String> environment, List<String> prefix, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new LodgeProgram(TimeLimit.watch(builder.start()));
    }

    Process process() {
        return process;
    }

    /** Its standard input, to be written piece by piece. */
    OutputStream stdin() {
        return process.getOutputStream();
    }

    /** Writes all of its standard input, while its output is read, and closes it. */
    LodgeProgram feed(byte[] input) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(input);
        } catch (IOException e) {
            // it has ended without reading all, which is its right
        }
        return this;
    }

    Result await() throws InterruptedException {
        int status = process.waitFor();
        try {
            return new Result(status, stdout.get(), stderr.get());
        } catch (ExecutionException e) {
            throw new AssertionError("cannot read the output of lodge", e.getCause());
        }
    }

    /** Sends a signal by name, such as {@code TERM}. */
    static void signal(Process process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it has written that line; fails when it ends without. */
    void awaitLine(String line) throws InterruptedException {
        synchronized (stdoutSoFar) {
            while (!stdoutSoFar.toString(StandardCharsets.ISO_8859_1).contains(line + "\n")) {
                if (stdout.isDone()) {
                    throw new AssertionError("it ended without the line " + line + ": " + await());
                }
                stdoutSoFar.wait(100);
            }
        }
    }

    private static String readAll(InputStream stream, ByteArrayOutputStream soFar) {
        byte[] piece = new byte[8192];
        try (stream) {
            for (int length = stream.read(piece); length >= 0; length = stream.read(piece)) {
                synchronized (soFar) {
                    soFar.write(piece, 0, length);
                    soFar.notifyAll();
                }
            }
        } catch (IOException e) {
            return soFar.toString(StandardCharsets.ISO_8859_1) + "[killed: " + e.getMessage() + "]";
        }
        return soFar.toString(StandardCharsets.ISO_8859_1);
    }
}
