package dev.lodge.vmm;

import java.util.List;

/**
 * The registers of a vCPU at one moment, for whoever looks for what a guest was doing.
 *
 * @param vcpu its number
 * @param lines six lines of text, none wider than 100 columns; the values in hexadecimal
 */
public record RegisterDump(int vcpu, List<String> lines) {

    /** All lines, without a newline at the end. */
    public String text() {
        return String.join("\n", lines);
    }
}
