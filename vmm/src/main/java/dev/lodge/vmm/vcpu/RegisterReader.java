package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.VcpuKicker;
import dev.lodge.vmm.RegisterDump;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gets a running vCPU's registers to other threads: those ask and kick, the vCPU's thread answers when it is out of the guest. */
final class RegisterReader {

    private static final int WAIT_MILLIS = 1000;

    private final ExitRegisters registers;
    private final VcpuKicker kicker;
    private volatile @Nullable CompletableFuture<RegisterDump> wanted;

    RegisterReader(ExitRegisters registers, VcpuKicker kicker) {
        this.registers = registers;
        this.kicker = kicker;
    }

    /** Answers who asks, if somebody does. On the vCPU's thread. */
    void answer() {
        CompletableFuture<RegisterDump> asked = wanted;
        if (asked != null) {
            wanted = null;
            asked.complete(registers.dump());
        }
    }

    /** Asks, and waits a second; a thread that has ended, or sleeps outside the guest, leaves what its last exit brought. */
    synchronized RegisterDump ask(boolean running) throws InterruptedException {
        var asked = new CompletableFuture<RegisterDump>();
        wanted = asked;
        kicker.kick();
        try {
            return asked.get(running ? WAIT_MILLIS : 0, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException elsewhere) {
            return registers.lastDump();
        } finally {
            wanted = null;
        }
    }
}
