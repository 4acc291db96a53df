package dev.lodge.vmm.store;

/**
 * One entry of a node's {@link Permissions}.
 *
 * @param domain whom it is about, 0 to 65535
 * @param access what that domain may do; in a node's first entry, what all domains without an entry may do
 * @param dead set when there was no such domain when the entry was made, so that a later one gains nothing by it
 */
public record Permission(int domain, Access access, boolean dead) {

    /** The kinds of access, with their letters on the wire. */
    public enum Access {
        NONE('n', 0),
        READ('r', Permissions.READ),
        WRITE('w', Permissions.WRITE),
        BOTH('b', Permissions.READ | Permissions.WRITE);

        private final char letter;
        private final int rights;

        Access(char letter, int rights) {
            this.letter = letter;
            this.rights = rights;
        }

        int rights() {
            return rights;
        }

        static Access of(int letter) {
            return switch (letter) {
                case 'n' -> NONE;
                case 'r' -> READ;
                case 'w' -> WRITE;
                case 'b' -> BOTH;
                default -> throw StoreError.EINVAL.exception();
            };
        }
    }

    /**
     * Reads an entry such as {@code r1}: a letter of {@code nrwb} and a decimal domain number.
     *
     * @throws StoreException EINVAL if it is anything else
     */
    public static Permission of(String text) {
        if (text.isEmpty()) {
            throw StoreError.EINVAL.exception();
        }
        return new Permission(DomainNumbers.parse(text, 1), Access.of(text.charAt(0)), false);
    }

    /** As on the wire: {@code r1}. */
    @Override
    public String toString() {
        return access.letter + Integer.toString(domain);
    }
}
