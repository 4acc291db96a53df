package dev.lodge.rings;

/**
 * An index into a domain's grant table ({@code grant_ref_t} of {@code xen/include/public/grant_table.h}).
 *
 * @param value the index, unsigned 32 bit
 */
public record GrantRef(int value) {

    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
