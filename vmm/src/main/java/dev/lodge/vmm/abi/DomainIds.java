package dev.lodge.vmm.abi;

/** Domain numbers with a meaning: DOMID_* of {@code xen/include/public/xen.h}. */
public final class DomainIds {

    /** Domain 0: this process. */
    public static final int DOMID_0 = 0;

    /** Numbers from here on name no domain. */
    public static final int DOMID_FIRST_RESERVED = 0x7ff0;

    /** The caller itself. */
    public static final int DOMID_SELF = 0x7ff0;

    private DomainIds() {}
}
