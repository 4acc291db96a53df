package dev.lodge.vmm.boot;

import java.util.List;

/** Boot requests that say as little as a test needs. */
record KernelRequests(MemoryMap map) {

    BootRequest of(LoadableKernel kernel, InitrdPart... initrd) {
        return new BootRequest(kernel, List.of(initrd), "console=hvc0", map, List.of(0));
    }
}
