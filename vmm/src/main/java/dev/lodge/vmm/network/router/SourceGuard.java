package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.FrameHeaders;
import dev.lodge.vmm.network.MacAddress;
import java.util.List;

/**
 * Whether a domain sends under its own addresses: the MAC address of its interface and, where they are known, its IP
 * addresses. Somebody who has none yet may ask for one, and whether another has it already; and everybody may use addresses of the
 * link alone, which a guest makes up as it likes. What it says to its neighbours of where an address is counts as if sent from there.
 *
 * @param mac the interface's
 * @param addresses the domain's; of a version that has none here, all are let through
 */
public record SourceGuard(MacAddress mac, List<Prefix> addresses) {

    private static final long LINK_LOCAL = 0xfe80L << 48;

    /** Whether a frame may go out. */
    public boolean allows(FrameHeaders frame) {
        if (frame.sourceMac() != mac.value()) {
            return false;
        }
        if (frame.etherType() == FrameHeaders.ETHER_ARP) {
            return !frame.isMalformed() && frame.arpSenderMac() == mac.value() && mayBeFrom(4, frame);
        }
        if (frame.isAdvertisement() && !mayBe(6, frame.advertisedHigh(), frame.advertisedLow())) {
            return false;
        }
        // Whose address cannot be read has none that is known to be right.
        return frame.ipVersion() == 0 ? !frame.isMalformed() : mayBeFrom(frame.ipVersion(), frame);
    }

    private boolean mayBeFrom(int version, FrameHeaders frame) {
        return mayBe(version, frame.sourceHigh(), frame.sourceLow());
    }

    private boolean mayBe(int version, long high, long low) {
        boolean unspecified = high == 0 && low == (version == 4 ? FrameHeaders.mapped(0) : 0);
        if (unspecified || (version == 6 && high == LINK_LOCAL)) {
            return true;
        }
        boolean known = false;
        for (int i = 0; i < addresses.size(); i++) {
            Prefix address = addresses.get(i);
            if (address.covers(version, high, low)) {
                return true;
            }
            known |= address.version() == version;
        }
        return !known;
    }
}
