package dev.lodge.vmm.vcpu;

import java.util.function.BooleanSupplier;

/**
 * Where the vCPUs of a paused domain wait, outside the guest.
 *
 * <p>Whoever pauses shuts the gate, kicks the vCPUs, and waits until each stands before it. A vCPU looks at the gate
 * before each entry to the guest, and in a hypercall of many elements before each of those; the shutting comes before the
 * kick, so none is missed.
 */
public final class PauseGate {

    private final BooleanSupplier ending;
    private volatile boolean shut; // written under the lock
    private int waiting; // guarded by this

    /** A gate that is open. A domain that {@code ending} holds nobody. */
    public PauseGate(BooleanSupplier ending) {
        this.ending = ending;
    }

    /** Whether vCPUs have to stay out. */
    public boolean isShut() {
        return shut;
    }

    /** Holds vCPUs that come from now on. They must be kicked afterwards. */
    public synchronized void shut() {
        shut = true;
    }

    /** Lets all go on. */
    public synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Waits until so many vCPUs stand before the gate, or it is opened, or the domain is ending. */
    public synchronized void awaitWaiting(int vcpus) throws InterruptedException {
        while (shut && waiting < vcpus && !ending.getAsBoolean()) {
            wait();
        }
    }

    /** Has those who wait look whether the domain is ending. */
    public synchronized void wake() {
        notifyAll();
    }

    /** Waits while the gate is shut. For vCPUs' threads; an interruption ends the wait and is kept. */
    synchronized void pass() {
        boolean interrupted = false;
        waiting++;
        notifyAll();
        while (shut && !ending.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        waiting--;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
