package dev.lodge.vmm.host;

import dev.lodge.kvm.KvmCap;
import dev.lodge.kvm.KvmException;
import dev.lodge.vmm.InstalledKernel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host that is as a test wants it; a good one to begin with. */
final class FakeHost implements HostFacts {
    final Map<String, String> files = new HashMap<>();
    final Map<Integer, Integer> absentOrSpecial = new HashMap<>();
    List<InstalledKernel> kernels = List.of(new InstalledKernel(Path.of("/boot/vmlinuz-6.1.0"), "6.1.0", null));
    String cacheTrouble = "";
    int apiVersion = 12;
    int openErrno;
    boolean kvmIsOpen;

    FakeHost() {
        files.put(
                "/proc/cpuinfo",
                "processor\t: 0\nmodel name\t: Test CPU\nflags\t\t: fpu svm hypervisor\n\nprocessor\t: 1\n");
        files.put("/proc/meminfo", "MemTotal:       2048000 kB\nMemFree:  1 kB\nMemAvailable:   1024000 kB\n");
        files.put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
        absentOrSpecial.put(KvmCap.KVM_CAP_XEN_HVM, 0x23);
    }

    @Override
    public KvmDevice openKvm() {
        if (openErrno != 0) {
            throw new KvmException("open /dev/kvm", openErrno);
        }
        kvmIsOpen = true;
        return new KvmDevice() {
            @Override
            public int apiVersion() {
                return apiVersion;
            }

            @Override
            public int checkExtension(int capability) {
                return absentOrSpecial.getOrDefault(capability, 1);
            }

            @Override
            public void close() {
                kvmIsOpen = false;
            }
        };
    }

    @Override
    public @Nullable String text(String path) {
        return files.get(path);
    }

    @Override
    public int processors() {
        return 2;
    }

    @Override
    public Path cacheDirectory() {
        return Path.of("/home/someone/.cache/lodge");
    }

    @Override
    public String cacheTrouble(Path directory) {
        return cacheTrouble;
    }

    @Override
    public List<InstalledKernel> kernels(@Nullable Path home) {
        return kernels;
    }
}
