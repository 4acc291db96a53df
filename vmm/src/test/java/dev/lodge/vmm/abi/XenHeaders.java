package dev.lodge.vmm.abi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What the C compiler makes of integer expressions over Xen's public headers (Debian's libxen-dev). */
final class XenHeaders {

    private static final Path HEADERS = Path.of("/usr/include/xen");

    private static final List<String> INCLUDED = List.of(
            "xen/xen.h",
            "xen/errno.h",
            "xen/elfnote.h",
            "xen/event_channel.h",
            "xen/features.h",
            "xen/grant_table.h",
            "xen/memory.h",
            "xen/sched.h",
            "xen/vcpu.h",
            "xen/version.h",
            "xen/hvm/hvm_op.h",
            "xen/hvm/hvm_vcpu.h",
            "xen/hvm/params.h",
            "xen/arch-x86/hvm/start_info.h",
            "xen/io/blkif.h",
            "xen/io/console.h");

    private XenHeaders() {}

    /** Skips the test where a compiler or the headers are missing, or fails it where everything is to be shown. */
    static void assumeInstalled() {
        if (Files.isDirectory(HEADERS) && isOnPath("cc")) {
            return;
        }
        String missing = "no cc or no Xen headers to prove the ABI against: apt-get install gcc libc6-dev libxen-dev";
        if ("1".equals(System.getenv("LODGE_REQUIRE_KVM"))) {
            Assertions.fail("LODGE_REQUIRE_KVM=1, and " + missing);
        }
        Assumptions.abort(missing);
    }

    /** The values of constant expressions in 64-bit code, by expression. */
    static Map<String, Long> valuesOf(Iterable<String> expressions, Path directory)
            throws IOException, InterruptedException {
        return valuesOf(GuestWidth.BITS_64, expressions, directory);
    }

    /** The values of constant expressions, each as an {@code int}, by expression: from the assembly, as 32-bit programs need a C library of their own. */
    static Map<String, Long> valuesOf(GuestWidth width, Iterable<String> expressions, Path directory)
            throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#define __XEN_TOOLS__ 1\n#include <stddef.h>\n#include <stdint.h>\n");
        for (String header : INCLUDED) {
            source.append("#include <").append(header).append(">\n");
        }
        source.append("void values(void) {\n");
        for (String expression : expressions) {
            source.append("  __asm__ volatile(\"-> %c0 ")
                    .append(expression)
                    .append("\" :: \"i\"((int)(")
                    .append(expression)
                    .append(")));\n");
        }
        source.append("}\n");
        Path code = Files.writeString(directory.resolve("abi.c"), source);
        Path assembly = directory.resolve("abi.s");
        String machine = "-m" + width.bits();
        run(directory, "cc", machine, "-std=gnu11", "-ffreestanding", "-S", "-o", assembly.toString(), code.toString());
        Map<String, Long> values = new HashMap<>();
        for (String line : Files.readAllLines(assembly)) {
            int mark = line.indexOf("-> ");
            if (mark >= 0) {
                String[] words = line.substring(mark + 3).split(" ", 2);
                values.put(words[1], Long.valueOf(words[0]));
            }
        }
        return values;
    }

    private static boolean isOnPath(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assertions.assertEquals(0, process.waitFor(), output);
        return output;
    }
}
