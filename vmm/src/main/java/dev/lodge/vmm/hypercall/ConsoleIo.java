package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.rings.FrameNumber;

/** {@code HYPERVISOR_console_io(cmd, count, buffer)}: Xen's emergency console ({@code xen/include/public/xen.h}). */
final class ConsoleIo implements Hypercall {

    private static final int CONSOLEIO_write = 0;
    private static final int CONSOLEIO_read = 1;

    @Override
    public long call(Caller caller, long command, long count, long buffer, long a4, long a5) {
        return switch ((int) command) {
            case CONSOLEIO_write -> write(caller, count, buffer);
            case CONSOLEIO_read -> -EPERM; // Domain 0's
            default -> -ENOSYS;
        };
    }

    private static long write(Caller caller, long count, long buffer) {
        if (count < 0 || count > Integer.MAX_VALUE) {
            return -EINVAL;
        }
        long done = 0;
        while (done < count && caller.goesOn()) {
            int piece = (int) Math.min(count - done, FrameNumber.FRAME_SIZE);
            caller.domain().emergencyConsole(caller.read(buffer + done, piece).asSlice(0, piece));
            done += piece;
        }
        return 0;
    }
}
