package dev.lodge.vmm;

import java.io.IOException;
import java.nio.file.Path;

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

    /**
     * Offers xenstore, which all domains of this process share, to the tools of the host: {@code xenstore-ls},
     * {@code xenstore-watch} and others find it when the variable {@code XENSTORED_PATH} names the socket. They may do
     * there whatever this process may, so only its user and root can connect.
     *
     * @param path at most 107 bytes long; what a killed process left there is replaced
     * @return close it to remove the socket again
     * @throws IOException if nothing can listen there; the message says why in one line
     */
    public static XenstoreSocket xenstoreSocket(Path path) throws IOException {
        return XenstoreSocket.open(path);
    }
}
