package dev.lodge.vmm.hypercall;

import static dev.lodge.vmm.abi.HypercallNumber.vm_assist;
import static dev.lodge.vmm.abi.VmAssistAbi.VMASST_CMD_disable;
import static dev.lodge.vmm.abi.VmAssistAbi.VMASST_CMD_enable;
import static dev.lodge.vmm.abi.VmAssistAbi.VMASST_TYPE_runstate_update_flag;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VmAssistTest {

    private final HypercallFixture guest = new HypercallFixture();

    @Test
    void aGuestMayHaveItsRunstatesFlaggedAndNoMore() {
        assertEquals(0, guest.call(vm_assist, VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag));
        assertTrue(guest.domain.isRunstateFlagged());
        assertEquals(0, guest.call(vm_assist, VMASST_CMD_disable, VMASST_TYPE_runstate_update_flag));
        assertFalse(guest.domain.isRunstateFlagged());
    }

    @Test
    void thereIsNoOtherAssistanceAndNoOtherCommand() {
        for (long type : new long[] {0, 1, 2, 3, 4, 6, 31, 32, -1, 1L << 32 | 5}) {
            assertEquals(-EINVAL, guest.call(vm_assist, VMASST_CMD_enable, type));
        }
        assertEquals(-ENOSYS, guest.call(vm_assist, 2, VMASST_TYPE_runstate_update_flag));
        assertEquals(-ENOSYS, guest.call(vm_assist, -1, VMASST_TYPE_runstate_update_flag));
        assertFalse(guest.domain.isRunstateFlagged());
    }
}
