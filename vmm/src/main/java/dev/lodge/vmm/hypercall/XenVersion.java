package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.VersionAbi.XENFEAT_auto_translated_physmap;
import static dev.lodge.vmm.abi.VersionAbi.XENFEAT_hvm_callback_vector;
import static dev.lodge.vmm.abi.VersionAbi.XENFEAT_hvm_safe_pvclock;
import static dev.lodge.vmm.abi.VersionAbi.XENFEAT_memory_op_vnode_supported;
import static dev.lodge.vmm.abi.VersionAbi.XENFEAT_writable_page_tables;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.VersionAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code HYPERVISOR_xen_version(cmd, buf)}: which Xen this is and what it can do ({@code xen/include/public/version.h}).
 */
public final class XenVersion implements Hypercall {

    private static final int MAJOR = 4;

    private static final int MINOR = 17;

    /** The release of Xen whose ABI this is, as {@code XENVER_version} answers: major * 65536 + minor. */
    public static final int NUMBER = MAJOR << 16 | MINOR;

    private static final String EXTRA_VERSION = "-lodge";
    private static final String CAPABILITIES = "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ";
    private static final String DENIED = "<denied>";

    /** The page where a paravirtualised 64-bit kernel finds Xen: of no use to a PVH guest, but sysfs shows it. */
    private static final long HYPERVISOR_VIRT_START = 0xffff_8000_0000_0000L;

    /** The same of 32-bit kernels, which a PVH guest has nowhere. */
    private static final long HYPERVISOR_COMPAT_VIRT_START = 0xffff_ffffL;

    private static final int FEATURES = 1 << XENFEAT_writable_page_tables
            | 1 << XENFEAT_auto_translated_physmap
            | 1 << XENFEAT_hvm_callback_vector
            | 1 << XENFEAT_hvm_safe_pvclock
            | 1 << XENFEAT_memory_op_vnode_supported
            | 1 << VersionAbi.XENFEAT_not_direct_mapped;

    private static final long PAGE_SIZE = 4096;

    XenVersion() {}

    @Override
    public long call(Caller caller, long command, long buffer, long a3, long a4, long a5) {
        return switch ((int) command) {
            case VersionAbi.XENVER_version -> NUMBER;
            case VersionAbi.XENVER_extraversion -> text(caller, buffer, EXTRA_VERSION, VersionAbi.XEN_EXTRAVERSION_LEN);
            case VersionAbi.XENVER_compile_info -> compileInfo(caller, buffer);
            case VersionAbi.XENVER_capabilities ->
                text(caller, buffer, CAPABILITIES, VersionAbi.XEN_CAPABILITIES_INFO_LEN);
            case VersionAbi.XENVER_changeset -> text(caller, buffer, "", VersionAbi.XEN_CHANGESET_INFO_LEN);
            case VersionAbi.XENVER_platform_parameters -> {
                boolean wide = caller.width() == GuestWidth.BITS_64;
                caller.writeLong(buffer, 0, wide ? HYPERVISOR_VIRT_START : HYPERVISOR_COMPAT_VIRT_START);
                yield 0;
            }
            case VersionAbi.XENVER_get_features -> features(caller, buffer);
            case VersionAbi.XENVER_pagesize -> buffer == 0 ? PAGE_SIZE : -EINVAL;
            case VersionAbi.XENVER_guest_handle -> {
                MemorySegment.copy(
                        caller.domain().handle(),
                        0,
                        caller.answer(),
                        ValueLayout.JAVA_BYTE,
                        0,
                        VersionAbi.SIZEOF_guest_handle);
                caller.write(buffer, VersionAbi.SIZEOF_guest_handle);
                yield 0;
            }
            case VersionAbi.XENVER_commandline -> text(caller, buffer, DENIED, DENIED.length() + 1);
            case VersionAbi.XENVER_build_id -> -EPERM;
            default -> -ENOSYS;
        };
    }

    private static long features(Caller caller, long buffer) {
        MemorySegment info = caller.read(buffer, 2 * Integer.BYTES);
        if (info.get(ValueLayout.JAVA_INT, 0) != 0) {
            return -EINVAL; // there is no further submap
        }
        info.set(ValueLayout.JAVA_INT, Integer.BYTES, FEATURES);
        caller.write(buffer, 2 * Integer.BYTES);
        return 0;
    }

    private static long compileInfo(Caller caller, long buffer) {
        MemorySegment info = caller.answer();
        info.asSlice(0, VersionAbi.SIZEOF_compile_info).fill((byte) 0);
        put(info, 0, "javac 25");
        put(info, 64, "lodge");
        caller.write(buffer, VersionAbi.SIZEOF_compile_info);
        return 0;
    }

    private static long text(Caller caller, long buffer, String text, int length) {
        MemorySegment answer = caller.answer();
        answer.asSlice(0, length).fill((byte) 0);
        put(answer, 0, text);
        caller.write(buffer, length);
        return 0;
    }

    private static void put(MemorySegment segment, int offset, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            segment.set(ValueLayout.JAVA_BYTE, offset + i, (byte) ascii.charAt(i));
        }
    }
}
