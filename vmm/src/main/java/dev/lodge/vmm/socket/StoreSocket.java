package dev.lodge.vmm.socket;

import dev.lodge.vmm.io.Joining;
import dev.lodge.vmm.io.SocketFile;
import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.WireProtocolException;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers a store at a UNIX socket. One thread, {@code xenstored}, serves all connections; a tool that misbehaves loses its
 * own.
 */
public final class StoreSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreSocket.class);
    private static final int MOST_CONNECTIONS = 256;
    private static final long ACCEPT_PAUSE_MILLIS = 1000;

    private final Store store;
    private final SocketFile file;
    private final Selector selector;
    private final SelectionKey listening;
    private final Queue<ToolConnection> awake = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopping;

    private StoreSocket(Store store, SocketFile file) throws IOException {
        this.store = store;
        this.file = file;
        file.channel().configureBlocking(false);
        selector = Selector.open();
        listening = file.channel().register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::loop, "xenstored");
        thread.setDaemon(true);
    }

    /**
     * Listens at a path until closed.
     *
     * @param path at most 107 bytes; a socket's file that nobody listens at is replaced
     * @throws IOException if that cannot be; the message is a line for the user
     */
    public static StoreSocket open(Store store, Path path) throws IOException {
        SocketFile file = SocketFile.listen(path);
        StoreSocket socket;
        try {
            socket = new StoreSocket(store, file);
        } catch (IOException | RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
        socket.thread.start();
        return socket;
    }

    /** Where it listens. */
    public Path path() {
        return file.path();
    }

    private void loop() {
        try {
            while (!stopping) {
                boolean accepts = listening.interestOps() != 0;
                selector.select(accepts ? 0 : ACCEPT_PAUSE_MILLIS);
                listening.interestOps(SelectionKey.OP_ACCEPT);
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key == listening) {
                        accept();
                    } else if (key.attachment() instanceof ToolConnection connection) {
                        serve(connection);
                    }
                }
                selector.selectedKeys().clear();
                for (ToolConnection woken = awake.poll(); woken != null; woken = awake.poll()) {
                    woken.wokenUp();
                    serve(woken);
                }
            }
        } catch (IOException | RuntimeException | Error failure) {
            LOG.error("the xenstore socket {} failed", file.path(), failure);
        }
    }

    private void accept() {
        SocketChannel channel;
        try {
            channel = file.channel().accept();
        } catch (IOException refused) { // for want of descriptors, say: it would be refused again at once
            LOG.warn("the xenstore socket {} cannot accept a connection: {}", file.path(), refused.getMessage());
            listening.interestOps(0);
            return;
        }
        if (channel == null) {
            return;
        }
        try {
            if (selector.keys().size() > MOST_CONNECTIONS || !file.admits(channel)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            ToolConnection connection = new ToolConnection(channel, store, this::wake);
            connection.registeredAs(channel.register(selector, SelectionKey.OP_READ, connection));
        } catch (IOException gone) {
            LOG.debug("a connection to the xenstore socket {} went away", file.path(), gone);
        }
    }

    /** Any thread, with the store's lock held. */
    private void wake(ToolConnection connection) {
        awake.add(connection);
        selector.wakeup();
    }

    private void serve(ToolConnection connection) {
        try {
            connection.serve();
        } catch (IOException | WireProtocolException | CancelledKeyException end) {
            LOG.debug("a tool's connection to xenstore ends: {}", end.getMessage());
            close(connection);
        } catch (RuntimeException failure) { // ours; the others go on
            LOG.error("a tool's connection to xenstore failed", failure);
            close(connection);
        }
    }

    private static void close(ToolConnection connection) {
        try {
            connection.close();
        } catch (IOException failed) {
            LOG.debug("closing a tool's connection", failed);
        }
    }

    /** Ends all connections, and removes the file. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
        }
        selector.wakeup();
        Joining.uninterruptibly(thread);
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof ToolConnection connection) {
                close(connection);
            }
        }
        selector.close();
        file.close();
    }
}
