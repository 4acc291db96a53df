package dev.lodge.vmm.store;

/** Domain numbers as the wire has them: decimal, 0 to 65535. */
final class DomainNumbers {

    private static final int LARGEST = 0xffff;

    private DomainNumbers() {}

    /**
     * The number that {@code text} holds from index {@code from} to its end.
     *
     * @throws StoreException EINVAL if there is no number, anything else, or one too large
     */
    static int parse(String text, int from) {
        if (from >= text.length()) {
            throw StoreError.EINVAL.exception();
        }
        int number = 0;
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw StoreError.EINVAL.exception();
            }
            number = number * 10 + digit;
            if (number > LARGEST) {
                throw StoreError.EINVAL.exception();
            }
        }
        return number;
    }
}
