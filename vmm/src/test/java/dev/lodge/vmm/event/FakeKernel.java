package dev.lodge.vmm.event;

import java.util.ArrayList;
import java.util.List;

/** A kernel that notes what it is told, as text, and raises ports only once it may. */
final class FakeKernel implements KernelPorts {

    final List<String> calls = new ArrayList<>();
    boolean mayRaise;

    /** What it was told since the last call. */
    List<String> calls() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    @Override
    public void sendsTo(int port, int target, int vcpu, boolean ipi) {
        calls.add((ipi ? "ipi " : "") + port + " to " + target + " on vCPU " + vcpu);
    }

    @Override
    public void rings(int port, BackendPort backend) {
        calls.add(port + " rings");
    }

    @Override
    public void forget(int port) {
        calls.add("forget " + port);
    }

    @Override
    public void timerBound(int vcpu, int port) {
        calls.add("timer of vCPU " + vcpu + ": " + port);
    }

    @Override
    public boolean raise(int port, int vcpu) {
        if (mayRaise) {
            calls.add("raise " + port + " on vCPU " + vcpu);
        }
        return mayRaise;
    }
}
