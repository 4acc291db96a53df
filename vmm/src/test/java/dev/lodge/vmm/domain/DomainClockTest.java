package dev.lodge.vmm.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.vmm.abi.VcpuInfo;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.time.TscScale;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kvm")
class DomainClockTest {

    private static final int MSR_TSC = 0x10;

    @Test
    void systemTimeIsNeverAheadOfWhatTheGuestReadsSoThatNoTimerIsEarly() {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "no /dev/kvm");
        try (Kvm kvm = Kvm.open();
                KvmVm vm = kvm.createVm()) {
            vm.createIrqchip();
            try (KvmVcpu vcpu = vm.createVcpu(0)) {
                int kilohertz = vcpu.tscKhz();
                SystemTime time = DomainClock.ofTsc(vm, vcpu, kilohertz);
                MemorySegment record = Arena.ofAuto().allocate(VcpuInfo.SIZEOF_time, Long.BYTES);
                time.publishRecord(record);
                long tscAtZero = record.get(ValueLayout.JAVA_LONG, VcpuInfo.tsc_timestamp);
                for (int round = 0; round < 100; round++) {
                    long now = time.now();
                    long asTheGuestReads = TscScale.of(kilohertz).nanos(vcpu.getMsr(MSR_TSC) - tscAtZero);
                    assertTrue(now <= asTheGuestReads, now + " > " + asTheGuestReads);
                }
            }
        }
    }
}
