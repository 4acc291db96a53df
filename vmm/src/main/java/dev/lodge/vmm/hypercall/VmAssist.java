package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;

import dev.lodge.vmm.abi.VmAssistAbi;

/** {@code HYPERVISOR_vm_assist(cmd, type)}: turns a kind of assistance on or off ({@code xen/include/public/xen.h}). */
final class VmAssist implements Hypercall {

    @Override
    public long call(Caller caller, long command, long type, long a3, long a4, long a5) {
        if (type != VmAssistAbi.VMASST_TYPE_runstate_update_flag) {
            return -EINVAL;
        }
        return switch ((int) command) {
            case VmAssistAbi.VMASST_CMD_enable -> caller.domain().flagRunstates(true) ? 0 : -EINVAL;
            case VmAssistAbi.VMASST_CMD_disable -> caller.domain().flagRunstates(false) ? 0 : -EINVAL;
            default -> -ENOSYS;
        };
    }
}
