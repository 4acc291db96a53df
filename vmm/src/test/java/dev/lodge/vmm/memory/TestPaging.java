package dev.lodge.vmm.memory;

/** Control registers as a test wants them. */
public record TestPaging(long cr0, long cr3, long cr4, long efer) implements PagingMode {

    static final long PE = 1;
    static final long WP = 1 << 16;
    static final long PG = 1L << 31;
    static final long PSE = 1 << 4;
    static final long PAE = 1 << 5;
    static final long LA57 = 1 << 12;
    static final long LMA = 1 << 10;

    /** Addresses are physical. */
    public static TestPaging none() {
        return new TestPaging(PE, 0, 0, 0);
    }

    /** 64-bit mode with 4 levels and write protection, as Linux has it. */
    public static TestPaging longMode(long cr3) {
        return new TestPaging(PE | WP | PG, cr3, PAE, LMA);
    }

    static TestPaging fiveLevels(long cr3) {
        return new TestPaging(PE | WP | PG, cr3, PAE | LA57, LMA);
    }

    static TestPaging pae(long cr3) {
        return new TestPaging(PE | WP | PG, cr3, PAE, 0);
    }

    static TestPaging twoLevels(long cr3) {
        return new TestPaging(PE | WP | PG, cr3, PSE, 0);
    }

    TestPaging withoutWriteProtection() {
        return new TestPaging(cr0 & ~WP, cr3, cr4, efer);
    }

    TestPaging withoutLargePages() {
        return new TestPaging(cr0, cr3, cr4 & ~PSE, efer);
    }
}
