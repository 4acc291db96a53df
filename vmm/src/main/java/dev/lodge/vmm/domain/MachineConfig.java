package dev.lodge.vmm.domain;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.boot.InitrdPart;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a domain is to be.
 *
 * @param name for people, or null for {@code domain-N}
 * @param memory bytes, a multiple of 4096
 * @param vcpus all that it may ever have, which exist from the start
 * @param onlineVcpus those that xenstore says are on line at first: the guest takes the others off
 * @param consoles the hosts' ends by console number; without number 0, hvc0 goes nowhere
 * @param devices its split devices; closed with it
 */
public record MachineConfig(
        @Nullable String name,
        Path kernel,
        List<InitrdPart> initrd,
        String commandLine,
        long memory,
        int vcpus,
        HypercallPath hypercalls,
        int onlineVcpus,
        SortedMap<Integer, Console> consoles,
        Console earlyConsole,
        List<BackEnd> devices) {}
