package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.IoExit;
import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.boot.BootLayout;

/**
 * The I/O ports of a PVH domain: next to none. What is not here reads as all ones and takes what is written.
 *
 * <p>Used by all vCPUs' threads; without state.
 */
final class Ports {

    /** Where patched hypercall instructions write. In the range of an {@code out} with the port in the instruction. */
    static final int HYPERCALL = 0xe0;

    private static final int EARLY_CONSOLE = 0xe9;

    private static final int PIT_FIRST = 0x40;
    private static final int PIT_LAST = 0x43;

    private static final int KEYBOARD_CONTROLLER = 0x64;
    private static final int KEYBOARD_CONTROLLER_RESET = 0xfe;
    private static final int RESET_CONTROL = 0xcf9;
    private static final int RESET_CONTROL_RESET = 1 << 2;

    private final VcpuHost domain;

    Ports(VcpuHost domain) {
        this.domain = domain;
    }

    void serve(IoExit io) {
        if (io.isOut()) {
            for (int i = 0; i < io.count(); i++) {
                out(io.port(), io.value(i));
            }
        } else {
            io.setAllValues(in(io.port()));
        }
    }

    /** What a read of a port shows. */
    int in(int port) {
        if (port >= PIT_FIRST && port <= PIT_LAST) {
            return 0; // with all ones Linux calibrates against this timer for 100,000 reads
        }
        return switch (port) {
            case EARLY_CONSOLE -> EARLY_CONSOLE; // as Bochs says that it is there
            case BootLayout.ACPI_SLEEP_CONTROL_PORT, BootLayout.ACPI_SLEEP_STATUS_PORT -> 0;
            default -> -1;
        };
    }

    /** What a write to a port does. */
    void out(int port, int value) {
        switch (port) {
            case EARLY_CONSOLE -> domain.earlyConsole((byte) value);
            case BootLayout.ACPI_SLEEP_CONTROL_PORT -> {
                if (value == BootLayout.ACPI_POWER_OFF) {
                    domain.shutdown(SchedAbi.SHUTDOWN_poweroff);
                }
            }
            case BootLayout.ACPI_RESET_PORT -> {
                if (value == BootLayout.ACPI_RESET) {
                    domain.shutdown(SchedAbi.SHUTDOWN_reboot);
                }
            }
            case KEYBOARD_CONTROLLER -> {
                if (value == KEYBOARD_CONTROLLER_RESET) {
                    domain.shutdown(SchedAbi.SHUTDOWN_reboot);
                }
            }
            case RESET_CONTROL -> {
                if ((value & RESET_CONTROL_RESET) != 0) {
                    domain.shutdown(SchedAbi.SHUTDOWN_reboot);
                }
            }
            default -> {
                // nobody listens
            }
        }
    }
}
