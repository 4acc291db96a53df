package dev.lodge.vmm.backend.xenbus;

import dev.lodge.rings.ConnectionFault;

/** What a connection does when it is rung for; a fault ends it. */
@FunctionalInterface
public interface Work {
    void run() throws ConnectionFault;
}
