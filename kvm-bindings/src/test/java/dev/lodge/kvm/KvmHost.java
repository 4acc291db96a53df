package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lodge.linux.MemoryMapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A machine with one page-aligned megabyte of memory and a vCPU in real mode, for tests that need the real /dev/kvm. */
final class KvmHost implements AutoCloseable {
    static final long CODE = 0x1000;

    final Kvm kvm;
    final KvmVm vm;
    final MemoryMapping memory;
    final KvmVcpu vcpu;

    private KvmHost(Kvm kvm) {
        this.kvm = kvm;
        vm = kvm.createVm();
        memory = MemoryMapping.anonymous(1 << 20);
        vm.setUserMemoryRegion(0, 0, 0, memory.segment());
        vcpu = vm.createVcpu(0);
    }

    /** Opens /dev/kvm; skips the test where that cannot be done, or fails it when LODGE_REQUIRE_KVM=1. */
    static Kvm kvm() {
        try {
            return Kvm.open();
        } catch (KvmException refused) {
            return "1".equals(System.getenv("LODGE_REQUIRE_KVM"))
                    ? fail("LODGE_REQUIRE_KVM=1, but " + refused.getMessage(), refused)
                    : abort(refused.getMessage());
        }
    }

    /** A guest about to execute 16-bit code. */
    static KvmHost running(int... code) {
        KvmHost host = new KvmHost(kvm());
        for (int i = 0; i < code.length; i++) {
            host.memory.segment().set(ValueLayout.JAVA_BYTE, CODE + i, (byte) code[i]);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sregs = kvm_sregs.allocate(arena);
            host.vcpu.getSregs(sregs);
            kvm_segment.base(kvm_sregs.cs(sregs), 0);
            kvm_segment.selector(kvm_sregs.cs(sregs), 0);
            host.vcpu.setSregs(sregs);
            MemorySegment regs = kvm_regs.allocate(arena);
            kvm_regs.rip(regs, CODE);
            kvm_regs.rflags(regs, 2);
            host.vcpu.setRegs(regs);
        }
        return host;
    }

    @Override
    public void close() {
        vcpu.close();
        vm.close();
        kvm.close();
        memory.close();
    }
}
