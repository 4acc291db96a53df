package dev.lodge.vmm.abi;

/**
 * How wide {@code unsigned long}, {@code xen_pfn_t} and pointers are in a guest, and where that puts what it shares with Xen:
 * {@code xen/include/public/arch-x86/xen-x86_32.h} and {@code xen-x86_64.h}. Of {@code struct shared_info}:
 *
 * <pre>
 *                             32 bits   64 bits
 *   vcpu_info[32]                   0         0   64 bytes each, in both
 *   evtchn_pending               2048      2048   a bit a port; 32 or 64 words of as many bits
 *   evtchn_mask                  2176      2560
 *   wc_version, wc_sec, wc_nsec  2304      3072   the wall clock at system time 0, 4 bytes each
 *   wc_sec_hi                    2340      3084
 * </pre>
 */
public enum GuestWidth {
    BITS_32(Integer.SIZE, 2176, 2304, 2340, 4),
    BITS_64(Long.SIZE, 2560, 3072, 3084, 8);

    private final int bits;
    private final int evtchnMask;
    private final int wallClock;
    private final int wallClockHigh;
    private final int pendingSelector;

    GuestWidth(int bits, int evtchnMask, int wallClock, int wallClockHigh, int pendingSelector) {
        this.bits = bits;
        this.evtchnMask = evtchnMask;
        this.wallClock = wallClock;
        this.wallClockHigh = wallClockHigh;
        this.pendingSelector = pendingSelector;
    }

    /** Bits of an {@code unsigned long}. */
    public int bits() {
        return bits;
    }

    /** Bytes of an {@code unsigned long}. */
    public int longBytes() {
        return bits / Byte.SIZE;
    }

    /** Ports of the 2-level ABI, port 0 included, which is never used: {@code EVTCHN_2L_NR_CHANNELS}. */
    public int ports() {
        return bits * bits;
    }

    /** Where shared_info has {@code evtchn_mask}. */
    public int evtchnMask() {
        return evtchnMask;
    }

    /** Where shared_info has {@code wc_version}; {@code wc_sec} and {@code wc_nsec} follow. */
    public int wallClock() {
        return wallClock;
    }

    /** Where shared_info has {@code wc_sec_hi}. */
    public int wallClockHigh() {
        return wallClockHigh;
    }

    /** Where vcpu_info has {@code evtchn_pending_sel}. */
    public int pendingSelector() {
        return pendingSelector;
    }
}
