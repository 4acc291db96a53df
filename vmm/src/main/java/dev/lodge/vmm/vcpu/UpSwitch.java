package dev.lodge.vmm.vcpu;

import dev.lodge.vmm.hypercall.GuestDomain;

/** Whether a vCPU may run, as its domain says by {@code VCPUOP_up} and {@code VCPUOP_down}. Any thread. */
final class UpSwitch {

    private volatile boolean down;
    private boolean woken; // guarded by this

    boolean isDown() {
        return down;
    }

    void down() {
        down = true;
    }

    synchronized void up() {
        down = false;
        notifyAll();
    }

    /** Has the vCPU, if it waits or is about to, look at what others want of it. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    /**
     * Waits, without the use of a CPU, while the vCPU is down, the domain not paused, and nobody wakes it. On its thread, which
     * is interrupted when the domain ends.
     */
    synchronized void await(GuestDomain domain) {
        while (down && !woken && !domain.isEnding() && !domain.isPaused()) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                return; // the caller looks again
            }
        }
        woken = false;
    }
}
