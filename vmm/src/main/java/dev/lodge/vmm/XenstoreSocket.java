package dev.lodge.vmm;

import dev.lodge.vmm.domain.DomainZero;
import dev.lodge.vmm.socket.StoreSocket;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The xenstore of this process, with all its domains, at a UNIX socket: {@code XENSTORED_PATH=SOCKET xenstore-ls -f}. Any
 * thread may close it.
 */
public final class XenstoreSocket implements AutoCloseable {

    private final StoreSocket socket;

    private XenstoreSocket(StoreSocket socket) {
        this.socket = socket;
    }

    static XenstoreSocket open(Path path) throws IOException {
        return new XenstoreSocket(DomainZero.instance().openSocket(path));
    }

    /** Where it listens. */
    public Path path() {
        return socket.path();
    }

    /** Ends all connections, and removes the socket's file. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
