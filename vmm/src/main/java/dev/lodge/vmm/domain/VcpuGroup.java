package dev.lodge.vmm.domain;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.abi.SharedInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.vcpu.ExitCounts;
import dev.lodge.vmm.vcpu.Vcpu;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A domain's vCPUs, for what is done to all of them. Any thread, but for {@link #close}. */
final class VcpuGroup implements AutoCloseable {

    private final Vcpu[] vcpus;

    VcpuGroup(Vcpu[] vcpus) {
        this.vcpus = vcpus;
    }

    /** A vCPU that is there. */
    Vcpu get(int number) {
        return vcpus[number];
    }

    /** A vCPU by any number, or null. */
    @Nullable
    Vcpu find(int number) {
        return number >= 0 && number < vcpus.length ? vcpus[number] : null;
    }

    int size() {
        return vcpus.length;
    }

    /** Interrupts one so that it looks for events. */
    void upcall(int number) {
        vcpus[number].upcalls().raise();
    }

    void start() {
        for (Vcpu vcpu : vcpus) {
            vcpu.start();
        }
    }

    /** Gets all out of the guest, since the domain is ending. */
    void kick() {
        for (Vcpu vcpu : vcpus) {
            vcpu.kick();
        }
    }

    /** Gets all out of the guest for a moment, since the domain is paused. */
    void leaveGuest() {
        for (Vcpu vcpu : vcpus) {
            vcpu.leaveGuest();
        }
    }

    /** The registers of the vCPU whose thread this is; null on another. */
    @Nullable
    RegisterDump registersHere() {
        for (Vcpu vcpu : vcpus) {
            if (vcpu.isCurrentThread()) {
                return vcpu.registersHere();
            }
        }
        return null;
    }

    /** The registers of all, each stopped for a moment. Not on a vCPU's thread. */
    List<RegisterDump> registers() throws InterruptedException {
        List<RegisterDump> all = new ArrayList<>();
        for (Vcpu vcpu : vcpus) {
            all.add(vcpu.registers());
        }
        return all;
    }

    /** What all have cost together. */
    ExitCounts counts() {
        ExitCounts sum = new ExitCounts();
        for (Vcpu vcpu : vcpus) {
            sum.add(vcpu.counts());
        }
        return sum;
    }

    /** Tells KVM of the vcpu_infos within shared_info: of those vCPUs for which the guest has named no other place. */
    void placeInfos(FrameNumber sharedInfo, EventChannels events) {
        for (int i = 0; i < vcpus.length && i < SharedInfo.LEGACY_MAX_VCPUS; i++) {
            if (!events.places().isVcpuInfoPlaced(i)) {
                vcpus[i].upkeep()
                        .vcpuInfoPlaced(sharedInfo.address().plus(SharedInfo.vcpu_info + (long) i * VcpuInfo.SIZE));
            }
        }
    }

    /**
     * Waits for all threads to end.
     *
     * @param nanos how long at most; {@link Long#MAX_VALUE} for as long as it takes
     * @return whether they have
     */
    boolean join(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        for (Vcpu vcpu : vcpus) {
            if (!vcpu.join(nanos == Long.MAX_VALUE ? nanos : deadline - System.nanoTime())) {
                return false;
            }
        }
        return true;
    }

    /** Waits for all threads, which must have been told to end, however often the caller is interrupted. */
    void joinAll() {
        for (Vcpu vcpu : vcpus) {
            vcpu.joinUninterruptibly();
        }
    }

    /** Frees all of it. After the vCPUs' threads and the I/O thread have ended. */
    @Override
    public void close() {
        for (Vcpu vcpu : vcpus) {
            vcpu.close();
        }
    }
}
