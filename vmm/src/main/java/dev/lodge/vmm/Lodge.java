package dev.lodge.vmm;

/**
 * Where programs begin.
 *
 * <pre>{@code
 * try (Domain domain = Lodge.domain().kernel(path).memory(256L << 20).start()) {
 *     Shutdown end = domain.await();
 * }
 * }</pre>
 */
public final class Lodge {

    private Lodge() {}

    /** A domain to be described and started. */
    public static DomainBuilder domain() {
        return new DomainBuilder();
    }
}
