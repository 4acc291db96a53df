package dev.lodge.vmm.vcpu;

import dev.lodge.vmm.hypercall.GuestDomain;

/** Whether a vCPU may run, as its domain says by {@code VCPUOP_up} and {@code VCPUOP_down}. Any thread. */
final class UpSwitch {

    private volatile boolean down;

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

    /** Has the vCPU look whether the domain is paused. */
    synchronized void wake() {
        notifyAll();
    }

    /** Waits, without the use of a CPU, while the vCPU is down and the domain not paused. On its thread, which is interrupted when the domain ends. */
    synchronized void await(GuestDomain domain) {
        while (down && !domain.isEnding() && !domain.isPaused()) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                return; // the caller looks again
            }
        }
    }
}
