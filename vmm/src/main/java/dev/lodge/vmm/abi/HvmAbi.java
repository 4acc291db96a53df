package dev.lodge.vmm.abi;

/** HVM operations and parameters: {@code xen/include/public/hvm/hvm_op.h} and {@code params.h}. The names are the headers'. */
public final class HvmAbi {

    public static final int HVMOP_set_param = 0;
    public static final int HVMOP_get_param = 1;
    public static final int HVMOP_flush_tlbs = 5;
    public static final int HVMOP_pagetable_dying = 9;
    public static final int HVMOP_get_time = 10;
    public static final int HVMOP_xentrace = 11;
    public static final int HVMOP_get_mem_type = 15;
    public static final int HVMOP_set_evtchn_upcall_vector = 23;
    public static final int HVMOP_guest_request_vm_event = 24;
    public static final int HVMOP_altp2m = 25;

    // HVM_PARAM_*
    public static final int HVM_PARAM_CALLBACK_IRQ = 0;
    public static final int HVM_PARAM_STORE_PFN = 1;
    public static final int HVM_PARAM_STORE_EVTCHN = 2;
    public static final int HVM_PARAM_PAE_ENABLED = 4;
    public static final int HVM_PARAM_TIMER_MODE = 10;
    public static final int HVM_PARAM_DM_DOMAIN = 13;
    public static final int HVM_PARAM_VM86_TSS = 15;
    public static final int HVM_PARAM_CONSOLE_PFN = 17;
    public static final int HVM_PARAM_CONSOLE_EVTCHN = 18;
    public static final int HVM_PARAM_ACPI_IOPORTS_LOCATION = 19;
    public static final int HVM_PARAM_MEMORY_EVENT_CR0 = 20;
    public static final int HVM_PARAM_MEMORY_EVENT_CR3 = 21;
    public static final int HVM_PARAM_MEMORY_EVENT_CR4 = 22;
    public static final int HVM_PARAM_MEMORY_EVENT_INT3 = 23;
    public static final int HVM_PARAM_NESTEDHVM = 24;
    public static final int HVM_PARAM_MEMORY_EVENT_SINGLE_STEP = 25;
    public static final int HVM_PARAM_BUFIOREQ_EVTCHN = 26;
    public static final int HVM_PARAM_MEMORY_EVENT_MSR = 30;
    public static final int HVM_PARAM_TRIPLE_FAULT_REASON = 31;
    public static final int HVM_PARAM_VM_GENERATION_ID_ADDR = 34;
    public static final int HVM_PARAM_ALTP2M = 35;
    public static final int HVM_PARAM_X87_FIP_WIDTH = 36;
    public static final int HVM_PARAM_VM86_TSS_SIZED = 37;
    public static final int HVM_NR_PARAMS = 39;

    // HVMMEM_*: what is at a guest's frame
    public static final int HVMMEM_ram_rw = 0;
    public static final int HVMMEM_mmio_dm = 2;

    /** In bits 63:56 of HVM_PARAM_CALLBACK_IRQ: bits 7:0 are a vector. */
    public static final int HVM_PARAM_CALLBACK_TYPE_VECTOR = 2;

    /** Bytes in {@code struct xen_hvm_param}: domid (16 bits, padded), index, value. */
    public static final int SIZEOF_param = 16;

    /** Bytes in {@code struct xen_hvm_evtchn_upcall_vector}: vcpu, vector (8 bits, padded). */
    public static final int SIZEOF_evtchn_upcall_vector = 8;

    /** Bytes in {@code struct xen_hvm_get_mem_type}: domid, mem_type (16 bits each, padded), pfn. */
    public static final int SIZEOF_get_mem_type = 16;

    /** Bytes in {@code struct xen_hvm_pagetable_dying}: domid (16 bits, padded), gpa. */
    public static final int SIZEOF_pagetable_dying = 16;

    /** Bytes in {@code struct xen_hvm_xentrace}: event, extra_bytes (16 bits each), extra[28]. */
    public static final int SIZEOF_xentrace = 32;

    private HvmAbi() {}
}
