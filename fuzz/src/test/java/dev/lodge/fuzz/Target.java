package dev.lodge.fuzz;

import dev.lodge.guest.AgentFuzzer;
import dev.lodge.rings.ByteRingFuzzer;
import dev.lodge.vmm.backend.block.BlockFuzzer;
import dev.lodge.vmm.backend.net.NetifFuzzer;
import dev.lodge.vmm.backend.share.ninep.NinepFuzzer;
import dev.lodge.vmm.boot.KernelImageFuzzer;
import dev.lodge.vmm.boot.KernelRecordFuzzer;
import dev.lodge.vmm.boot.Lz4Fuzzer;
import dev.lodge.vmm.hypercall.HypercallFuzzer;
import dev.lodge.vmm.memory.PageTablesFuzzer;
import dev.lodge.vmm.network.router.RulesFuzzer;
import dev.lodge.vmm.storage.Qcow2Fuzzer;
import dev.lodge.vmm.store.StoreRingFuzzer;
import dev.lodge.vmm.store.StoreWireFuzzer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something that is fuzzed.
 *
 * @param folder the name of the folders with its inputs, and of the target for {@code tools/fuzz}
 * @param type the class that Jazzer is given
 * @param harness takes an input, or throws
 * @param seeds inputs to begin with, where chance would not find any
 */
public record Target(String folder, Class<?> type, Consumer<byte[]> harness, List<byte[]> seeds) {

    /** All of them. */
    public static List<Target> all() {
        return List.of(
                of("agent", AgentFuzzer.class, AgentFuzzer::fuzzerTestOneInput),
                new Target("block", BlockFuzzer.class, BlockFuzzer::fuzzerTestOneInput, BlockFuzzer.seeds()),
                of("byte-ring", ByteRingFuzzer.class, ByteRingFuzzer::fuzzerTestOneInput),
                new Target(
                        "hypercalls",
                        HypercallFuzzer.class,
                        HypercallFuzzer::fuzzerTestOneInput,
                        HypercallFuzzer.seeds()),
                new Target(
                        "kernel-image",
                        KernelImageFuzzer.class,
                        KernelImageFuzzer::fuzzerTestOneInput,
                        KernelImageFuzzer.seeds()),
                new Target(
                        "kernel-record",
                        KernelRecordFuzzer.class,
                        KernelRecordFuzzer::fuzzerTestOneInput,
                        KernelRecordFuzzer.seeds()),
                new Target("lz4", Lz4Fuzzer.class, Lz4Fuzzer::fuzzerTestOneInput, Lz4Fuzzer.seeds()),
                new Target("netif", NetifFuzzer.class, NetifFuzzer::fuzzerTestOneInput, NetifFuzzer.seeds()),
                new Target("ninep", NinepFuzzer.class, NinepFuzzer::fuzzerTestOneInput, NinepFuzzer.seeds()),
                of("page-tables", PageTablesFuzzer.class, PageTablesFuzzer::fuzzerTestOneInput),
                new Target("qcow2", Qcow2Fuzzer.class, Qcow2Fuzzer::fuzzerTestOneInput, Qcow2Fuzzer.seeds()),
                new Target("rules", RulesFuzzer.class, RulesFuzzer::fuzzerTestOneInput, RulesFuzzer.seeds()),
                of("store-ring", StoreRingFuzzer.class, StoreRingFuzzer::fuzzerTestOneInput),
                new Target(
                        "store-wire",
                        StoreWireFuzzer.class,
                        StoreWireFuzzer::fuzzerTestOneInput,
                        StoreWireFuzzer.seeds()));
    }

    private static Target of(String folder, Class<?> type, Consumer<byte[]> harness) {
        return new Target(folder, type, harness, List.of());
    }

    @Override
    public String toString() {
        return folder;
    }
}
