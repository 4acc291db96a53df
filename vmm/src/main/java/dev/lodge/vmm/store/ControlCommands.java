package dev.lodge.vmm.store;

import org.jspecify.annotations.Nullable;

/** What {@code xenstore-control} may ask: those of xenstored's commands that mean something here. */
final class ControlCommands {

    private ControlCommands() {}

    /** The answer to a command, or null if there is no such command. */
    static @Nullable String answer(String command, Quotas quotas) {
        return switch (command) {
            case "help" -> "commands: help, quota";
            case "quota" ->
                "nb-nodes: " + quotas.nodes()
                        + "\nsize: " + quotas.nodeSize()
                        + "\npermissions: " + quotas.permissions()
                        + "\npath-length: " + quotas.pathLength()
                        + "\nnb-watches: " + quotas.watches()
                        + "\ntransactions: " + quotas.transactions()
                        + "\ntransaction-nodes: " + quotas.transactionNodes()
                        + "\noutstanding: " + quotas.replies();
            default -> null;
        };
    }
}
