package dev.lodge.vmm.hypercall;

/**
 * Which bits of CR4 and EFER a vCPU may set, given what CPUID shows it; and the names of those bits.
 *
 * @param cr4 a mask, and so on
 */
public record ControlBits(long cr4, long efer) {

    public static final long CR0_PE = 1;
    public static final long CR0_MP = 1 << 1;
    public static final long CR0_EM = 1 << 2;
    public static final long CR0_TS = 1 << 3;
    public static final long CR0_ET = 1 << 4;
    public static final long CR0_NE = 1 << 5;
    public static final long CR0_WP = 1 << 16;
    public static final long CR0_AM = 1 << 18;
    public static final long CR0_NW = 1 << 29;
    public static final long CR0_CD = 1 << 30;
    public static final long CR0_PG = 1L << 31;

    public static final long CR4_VME = 1;
    public static final long CR4_PVI = 1 << 1;
    public static final long CR4_TSD = 1 << 2;
    public static final long CR4_DE = 1 << 3;
    public static final long CR4_PSE = 1 << 4;
    public static final long CR4_PAE = 1 << 5;
    public static final long CR4_MCE = 1 << 6;
    public static final long CR4_PGE = 1 << 7;
    public static final long CR4_PCE = 1 << 8;
    public static final long CR4_OSFXSR = 1 << 9;
    public static final long CR4_OSXMMEXCPT = 1 << 10;
    public static final long CR4_UMIP = 1 << 11;
    public static final long CR4_LA57 = 1 << 12;
    public static final long CR4_VMXE = 1 << 13;
    public static final long CR4_FSGSBASE = 1 << 16;
    public static final long CR4_PCIDE = 1 << 17;
    public static final long CR4_OSXSAVE = 1 << 18;
    public static final long CR4_SMEP = 1 << 20;
    public static final long CR4_SMAP = 1 << 21;
    public static final long CR4_PKE = 1 << 22;
    public static final long CR4_CET = 1 << 23;

    public static final long EFER_SCE = 1;
    public static final long EFER_LME = 1 << 8;
    public static final long EFER_LMA = 1 << 10;
    public static final long EFER_NXE = 1 << 11;
    public static final long EFER_SVME = 1 << 12;
    public static final long EFER_FFXSE = 1 << 14;

    private static final long CR0 =
            CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG;

    /**
     * Whether a vCPU can begin with these. The masks and LMA without LME are Xen's affair; the rest Xen leaves to the CPU, which
     * would refuse to enter the guest, so that the domain would crash.
     */
    boolean permit(StartState.Control control) {
        return (control.cr4() & ~cr4) == 0
                && (control.efer() & ~efer) == 0
                && implies(control.efer(), EFER_LMA, control.efer(), EFER_LME)
                && (control.cr0() & ~CR0) == 0
                && implies(control.cr0(), CR0_PG, control.cr0(), CR0_PE)
                && implies(control.cr0(), CR0_NW, control.cr0(), CR0_CD)
                && implies(control.cr4(), CR4_CET, control.cr0(), CR0_WP)
                && implies(control.efer(), EFER_LMA, control.cr0(), CR0_PG)
                && (control.isLongMode() ? (control.cr4() & CR4_PAE) != 0 : (control.cr4() & CR4_PCIDE) == 0);
    }

    private static boolean implies(long register, long bit, long other, long needed) {
        return (register & bit) == 0 || (other & needed) != 0;
    }
}
