package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HypercallNumber.xen_version;
import static dev.lodge.vmm.abi.XenErrno.EFAULT;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;
import static dev.lodge.vmm.hypercall.HypercallFixture.ARG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.vmm.abi.VersionAbi;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance to {@code xen/include/public/version.h}, and to what a real Xen 4.17 tells a PVH guest. */
class XenVersionTest {

    private final HypercallFixture guest = new HypercallFixture();

    @Test
    void itIsXen417() {
        assertEquals(4 << 16 | 17, ask(VersionAbi.XENVER_version));
    }

    @Test
    void theFeaturesAreThoseOfARealXen() {
        guest.put32(0, -1);
        assertEquals(0, ask(VersionAbi.XENVER_get_features));
        assertEquals(0x12305, guest.get32(4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, -1, Integer.MAX_VALUE})
    void thereIsOneSubmapOfFeatures(int submap) {
        guest.put32(submap, 7);
        assertEquals(-EINVAL, ask(VersionAbi.XENVER_get_features));
        assertEquals(7, guest.get32(4));
    }

    @Test
    void textsFillTheirFields() {
        guest.memory.fill((byte) 'x');
        assertEquals(0, ask(VersionAbi.XENVER_capabilities));
        assertEquals("xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ", guest.text(0));
        assertEquals(0, guest.memory.get(ValueLayout.JAVA_BYTE, 1023));
        assertEquals('x', guest.memory.get(ValueLayout.JAVA_BYTE, 1024));
        assertEquals(0, ask(VersionAbi.XENVER_extraversion));
        assertEquals("-lodge", guest.text(0));
        assertEquals(0, ask(VersionAbi.XENVER_changeset));
        assertEquals("", guest.text(0));
        assertEquals(0, ask(VersionAbi.XENVER_commandline));
        assertEquals("<denied>", guest.text(0));
        assertEquals('x', guest.memory.get(ValueLayout.JAVA_BYTE, 1024), "and no more than that");
        assertEquals("<denied>", guest.text(0));
        assertEquals(0, ask(VersionAbi.XENVER_compile_info));
        assertEquals("javac 25", guest.text(0));
        assertEquals("lodge", guest.text(64));
        assertEquals("", guest.text(80));
    }

    @Test
    void aPageHas4096BytesWhenAskedWithoutABuffer() {
        assertEquals(4096, guest.call(xen_version, VersionAbi.XENVER_pagesize, 0));
        assertEquals(-EINVAL, ask(VersionAbi.XENVER_pagesize));
    }

    @Test
    void otherAnswersAreARealXens() {
        assertEquals(0, ask(VersionAbi.XENVER_platform_parameters));
        assertEquals(0xffff_8000_0000_0000L, guest.get64(0));
        assertEquals(0, ask(VersionAbi.XENVER_guest_handle));
        assertArrayEquals(FakeDomain.HANDLE, guest.memory.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE));
        assertEquals(-EPERM, ask(VersionAbi.XENVER_build_id));
        assertEquals(-ENOSYS, ask(11));
        assertEquals(-ENOSYS, ask(-1));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                VersionAbi.XENVER_extraversion,
                VersionAbi.XENVER_compile_info,
                VersionAbi.XENVER_capabilities,
                VersionAbi.XENVER_changeset,
                VersionAbi.XENVER_platform_parameters,
                VersionAbi.XENVER_get_features,
                VersionAbi.XENVER_guest_handle,
                VersionAbi.XENVER_commandline
            })
    void aBufferThatCannotBeWrittenIsEfault(int command) {
        guest.put32(0, 0);
        guest.assertFaultsOnBadPointers(xen_version, command);
        assertEquals(-EFAULT, guest.call(xen_version, command, HypercallFixture.READ_ONLY));
    }

    private long ask(int command) {
        return guest.call(xen_version, command, ARG);
    }
}
