package dev.lodge.vmm.abi;

/** Kinds of assistance that a guest may ask for: {@code xen/include/public/xen.h}. The names are the header's. */
public final class VmAssistAbi {

    public static final int VMASST_CMD_enable = 0;
    public static final int VMASST_CMD_disable = 1;

    /** Runstate records are flagged while they change: the only one for a guest without Xen's page tables. */
    public static final int VMASST_TYPE_runstate_update_flag = 5;

    private VmAssistAbi() {}
}
