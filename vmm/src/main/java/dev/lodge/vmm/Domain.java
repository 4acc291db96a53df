package dev.lodge.vmm;

import dev.lodge.vmm.domain.Machine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running guest. Any thread may use it; whoever started it closes it. */
public final class Domain implements AutoCloseable {

    private static final long FRAME_SIZE = 4096;

    private final Machine machine;

    Domain(Machine machine) {
        this.machine = machine;
    }

    public DomainId id() {
        return new DomainId(machine.domid());
    }

    public String name() {
        return machine.name();
    }

    /** Waits for the guest to end, however it does, and for its consoles' last words to be taken. */
    public Shutdown await() throws InterruptedException {
        while (true) {
            Shutdown end = machine.await(Long.MAX_VALUE);
            if (end != null) {
                return end;
            }
        }
    }

    /**
     * Waits for the guest to end, but not for ever.
     *
     * @return how it ended, or null if it has not
     */
    public @Nullable Shutdown await(Duration atMost) throws InterruptedException {
        return machine.await(atMost.toNanos());
    }

    /** How it ended, or null while it runs. */
    public @Nullable Shutdown shutdown() {
        return machine.shutdown();
    }

    /** Ends the guest at once, as pulling the plug does. Nothing happens if it has ended. */
    public void destroy() {
        machine.end(Shutdown.of(Shutdown.Reason.DESTROYED));
    }

    /**
     * Stops all of the guest's CPUs; returns when they have. Its devices and its clock go on, so that it finds the right time
     * when it is resumed. Nothing happens if it is paused already or has ended.
     */
    public void pause() throws InterruptedException {
        machine.pause();
    }

    /** Lets a paused guest go on. */
    public void resume() {
        machine.resume();
    }

    /** Whether it is paused. */
    public boolean isPaused() {
        return machine.isPaused();
    }

    /**
     * The registers of each vCPU, for whoever looks for where a guest hangs. Each is stopped for a moment; one that waits
     * in a hypercall, or for nothing any more, shows what it had when it last left the guest.
     */
    public List<RegisterDump> registers() throws InterruptedException {
        return machine.registers();
    }

    /** What it has cost so far. */
    public Statistics statistics() {
        return machine.statistics();
    }

    /**
     * Reads from xenstore as Domain 0.
     *
     * @param path absolute
     * @return the value, or null if there is no such node
     */
    public @Nullable String storeRead(String path) {
        return machine.store().read(path);
    }

    /**
     * Writes to xenstore as Domain 0.
     *
     * @param path absolute
     */
    public void storeWrite(String path, String value) {
        machine.store().write(path, value);
    }

    /**
     * Asks the guest's balloon to leave it with so much memory; what it gives back is the host's again at once. It does so
     * in its own time, if its kernel has a balloon at all.
     *
     * @param bytes rounded down to KiB; no more than the domain was started with
     */
    public void setMemoryTarget(long bytes) {
        machine.setMemoryTarget(bytes);
    }

    /**
     * Asks the guest to have its first {@code count} vCPUs on line and to take the others off. It does so in its own time, if
     * its kernel can.
     *
     * @param count 1 to what {@link DomainBuilder#maxVcpus} said
     */
    public void setVcpus(int count) {
        machine.setOnlineVcpus(count);
    }

    /** The memory that the guest has at present, in bytes: what its balloon has given back is not counted. */
    public long memory() {
        return machine.reservation().current() * FRAME_SIZE;
    }

    /** Ends the guest if it runs, and gives back all that it had: threads, memory, files. */
    @Override
    public void close() {
        machine.close();
    }
}
