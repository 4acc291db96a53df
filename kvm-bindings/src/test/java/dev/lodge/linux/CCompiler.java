package dev.lodge.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Asks the C compiler for the values of integer expressions in its system's headers. */
public final class CCompiler {
    private final StringBuilder source =
            new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
    private final Map<String, String> expressions = new LinkedHashMap<>();
    private final Map<String, String> macros = new HashMap<>();

    /** Values by expression. */
    public record Answers(Map<String, Long> values) {
        /** The value of an expression that was asked for. */
        public long of(String expression) {
            Long value = values.get(expression);
            return value == null ? Assertions.fail("the compiler was not asked for " + expression) : value;
        }

        /** Whether the headers have a macro that was asked for. */
        public boolean has(String macro) {
            return values.containsKey(macro);
        }
    }

    /** One that has included nothing and was asked nothing. */
    public CCompiler() {}

    /** Includes headers, written as {@code linux/kvm.h}. */
    public CCompiler including(String... headers) {
        for (String header : headers) {
            source.append("#include <").append(header).append(">\n");
        }
        return this;
    }

    /** An expression that every header of the kind has. */
    public void ask(String expression) {
        expressions.put(expression, expression);
    }

    /** A macro that an older header may lack; the answer then is absent. */
    public void askMacro(String macro) {
        ask(macro);
        macros.put(macro, macro);
    }

    /** Compiles and runs. The values by expression, unsigned 32-bit constants as C sees them, as 64-bit numbers. */
    public Answers answers() throws InterruptedException {
        source.append("int main(void) {\n");
        for (String expression : expressions.keySet()) {
            if (macros.containsKey(expression)) {
                source.append("#ifdef ").append(expression).append('\n');
            }
            source.append("  printf(\"%lld ")
                    .append(expression)
                    .append("\\n\", (long long)(")
                    .append(expression)
                    .append("));\n");
            if (macros.containsKey(expression)) {
                source.append("#endif\n");
            }
        }
        source.append("  return 0;\n}\n");
        try {
            Path directory = Files.createTempDirectory("lodge-layout");
            Path program = directory.resolve("layout");
            Path code = Files.writeString(directory.resolve("layout.c"), source);
            run(directory, "cc", "-o", program.toString(), code.toString());
            Map<String, Long> answers = new HashMap<>();
            for (String line : run(directory, program.toString()).lines().toList()) {
                int blank = line.indexOf(' ');
                answers.put(line.substring(blank + 1), Long.valueOf(line.substring(0, blank)));
            }
            Files.delete(program);
            Files.delete(code);
            Files.delete(directory);
            return new Answers(answers);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Whether a program is on the PATH. */
    public static boolean isInstalled(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** Skips the test where there is no C compiler, or fails it where the environment wants everything to be shown. */
    public static void assumeInstalled() {
        if (!isInstalled("cc")) {
            if ("1".equals(System.getenv("LODGE_REQUIRE_KVM"))) {
                Assertions.fail("LODGE_REQUIRE_KVM=1 and no cc on the PATH: apt-get install gcc libc6-dev");
            }
            Assumptions.abort("no cc on the PATH to prove the layouts against: apt-get install gcc libc6-dev");
        }
    }

    /** Runs a command in a directory and returns what it printed; fails the test when it fails. */
    public static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assertions.assertEquals(0, process.waitFor(), output);
        return output;
    }
}
