package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads when KVM is refused. */
class KvmExceptionTest {
    @ParameterizedTest(name = "{0}: errno {1} says {2}")
    @CsvSource({
        "open /dev/kvm, 13, usermod -aG kvm",
        "open /dev/kvm, 13, udev rule",
        "open /dev/kvm, 2, modprobe kvm_intel",
        "open /dev/kvm, 19, enable virtualisation",
        "open /dev/kvm, 6, enable virtualisation",
        "open /dev/kvm, 1, --device /dev/kvm",
        "KVM_CREATE_VM, 16, another hypervisor",
        "KVM_CREATE_VM, 12, give the guest less",
        "KVM_CREATE_VCPU, 24, ulimit -n",
        "KVM_XEN_HVM_SET_ATTR, 25, newer"
    })
    void saysWhatToDo(String call, int errno, String remedy) {
        KvmException refused = new KvmException(call, errno);
        assertTrue(refused.getMessage().contains(remedy), refused.getMessage());
        assertEquals(-1, refused.getMessage().indexOf('\n'), "one line");
    }

    @Test
    void namesThePathThatIsNotThere() {
        KvmException refused = assertThrows(KvmException.class, () -> Kvm.open("/dev/no-such-kvm"));
        assertEquals(Errno.ENOENT, refused.errno());
        assertTrue(
                refused.getMessage().startsWith("open /dev/no-such-kvm: ENOENT (no such file or directory): "),
                refused.getMessage());
    }

    @Test
    void aFileThatIsNoKvmDoesNotKnowTheIoctls() {
        try (Kvm noKvm = Kvm.open("/dev/null")) {
            assertEquals(
                    Errno.ENOTTY,
                    assertThrows(KvmException.class, noKvm::apiVersion).errno());
        }
    }
}
