package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is told of a triple fault: where it was, unless the processor is AMD's. Of that one's state nothing is left, and
 * KVM has reset the vCPU (shutdown_interception in the kernel's svm.c).
 */
final class TripleFault {
    private static final boolean STATE_LOST = Files.isReadable(Path.of("/sys/module/kvm_amd"));

    private TripleFault() {}

    static void assertTold(String reason, int vcpu) {
        String start = STATE_LOST ? "triple fault, nobody knows where (" : "triple fault at rip 0x";
        assertTrue(reason.startsWith(start) && reason.endsWith(" on vCPU " + vcpu), reason);
    }

    static void assertShown(String line, int vcpu) {
        String selector = STATE_LOST ? "f000:" : "0008:";
        assertTrue(line.startsWith("vCPU " + vcpu + ": cs:rip " + selector), line);
    }
}
