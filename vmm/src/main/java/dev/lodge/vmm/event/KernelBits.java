package dev.lodge.vmm.event;

/** The 2-level ABI where a kernel knows it, and sets the bits for what is sent from here, too. */
final class KernelBits implements EventAbi {

    private final TwoLevelBits bits;
    private final KernelPorts kernel;

    KernelBits(TwoLevelBits bits, KernelPorts kernel) {
        this.bits = bits;
        this.kernel = kernel;
    }

    @Override
    public int portLimit() {
        return bits.portLimit();
    }

    @Override
    public void bound(int port) {
        bits.bound(port);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The kernel interrupts by itself. It also wakes whoever polls the port, which it would not for a bit that we set; and
     * a port that is pending already needs no call.
     */
    @Override
    public boolean setPending(int port, int vcpu) {
        return !bits.isPending(port) && !kernel.raise(port, vcpu) && bits.setPending(port, vcpu);
    }

    @Override
    public void clearPending(int port) {
        bits.clearPending(port);
    }

    @Override
    public boolean unmask(int port, int vcpu) {
        return bits.unmask(port, vcpu);
    }

    @Override
    public boolean isPending(int port) {
        return bits.isPending(port);
    }

    @Override
    public boolean isBusy(int port) {
        return bits.isBusy(port);
    }

    @Override
    public int setPriority(int port, int priority) {
        return bits.setPriority(port, priority);
    }
}
