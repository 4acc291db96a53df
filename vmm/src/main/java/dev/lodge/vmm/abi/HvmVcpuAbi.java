package dev.lodge.vmm.abi;

/**
 * What {@code VCPUOP_initialise} takes of an HVM or PVH guest: {@code struct vcpu_hvm_context} ({@code
 * xen/include/public/hvm/hvm_vcpu.h}). The names are the header's, those of the two register files with the name of the
 * union's member in front; offsets are from the start of the context.
 *
 * <pre>
 *   0  mode
 *   4  pad
 *   8  cpu_regs.x86_32: eax ... eflags, cr0, cr3, cr4, pad1, efer, five bases, five limits, five attributes, pad2[3]
 *   8  cpu_regs.x86_64: rax ... rflags, cr0, cr3, cr4, efer
 * </pre>
 */
public final class HvmVcpuAbi {

    /** Bytes. */
    public static final int SIZEOF_context = 128;

    public static final int VCPU_HVM_MODE_32B = 0;
    public static final int VCPU_HVM_MODE_64B = 1;

    public static final int context_mode = 0;
    public static final int context_pad = 4;

    public static final int x86_32_eax = 8;
    public static final int x86_32_ecx = 12;
    public static final int x86_32_edx = 16;
    public static final int x86_32_ebx = 20;
    public static final int x86_32_esp = 24;
    public static final int x86_32_ebp = 28;
    public static final int x86_32_esi = 32;
    public static final int x86_32_edi = 36;
    public static final int x86_32_eip = 40;
    public static final int x86_32_eflags = 44;
    public static final int x86_32_cr0 = 48;
    public static final int x86_32_cr3 = 52;
    public static final int x86_32_cr4 = 56;
    public static final int x86_32_pad1 = 60;
    public static final int x86_32_efer = 64;

    /** Of the segments, each field for CS, DS, SS, ES and TR in this order. */
    public static final int x86_32_cs_base = 72;

    public static final int x86_32_ds_base = 76;
    public static final int x86_32_ss_base = 80;
    public static final int x86_32_es_base = 84;
    public static final int x86_32_tr_base = 88;
    public static final int x86_32_cs_limit = 92;
    public static final int x86_32_ds_limit = 96;
    public static final int x86_32_ss_limit = 100;
    public static final int x86_32_es_limit = 104;
    public static final int x86_32_tr_limit = 108;
    public static final int x86_32_cs_ar = 112;
    public static final int x86_32_ds_ar = 114;
    public static final int x86_32_ss_ar = 116;
    public static final int x86_32_es_ar = 118;
    public static final int x86_32_tr_ar = 120;

    /** Three of 16 bits. */
    public static final int x86_32_pad2 = 122;

    public static final int x86_64_rax = 8;
    public static final int x86_64_rcx = 16;
    public static final int x86_64_rdx = 24;
    public static final int x86_64_rbx = 32;
    public static final int x86_64_rsp = 40;
    public static final int x86_64_rbp = 48;
    public static final int x86_64_rsi = 56;
    public static final int x86_64_rdi = 64;
    public static final int x86_64_rip = 72;
    public static final int x86_64_rflags = 80;
    public static final int x86_64_cr0 = 88;
    public static final int x86_64_cr3 = 96;
    public static final int x86_64_cr4 = 104;
    public static final int x86_64_efer = 112;

    private HvmVcpuAbi() {}
}
