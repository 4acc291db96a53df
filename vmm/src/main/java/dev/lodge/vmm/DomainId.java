package dev.lodge.vmm;

/**
 * The number of a domain, {@code domid_t}; 0 is this process.
 *
 * @param value 0 to 0x7fef
 */
public record DomainId(int value) {

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
