package dev.lodge.vmm.backend.console.host;

import dev.lodge.vmm.io.Joining;
import dev.lodge.vmm.io.SocketFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A UNIX socket at which one client at a time has the console; another is told so, and its connection closed. A client first
 * gets what the guest said last. One that closes its connection, or its writing half of it, is gone, which is found out as
 * soon as all that it sent fits into the guest's buffer, or the guest says something.
 *
 * <p>One thread of its own does all, but for the two buffers.
 */
public final class SocketEnd extends HostEnd {
    private static final int PIECE = 4 << 10;
    private static final long ACCEPT_PAUSE_MILLIS = 1000;
    private static final byte[] IN_USE =
            "lodge: this console has a client already\r\n".getBytes(StandardCharsets.UTF_8);

    private final SocketFile file;
    private final Selector selector;
    private final SelectionKey listening;
    private final ByteBuffer out = ByteBuffer.allocateDirect(PIECE).limit(0);
    private final ByteBuffer in = ByteBuffer.allocateDirect(PIECE);
    private final Thread thread;
    private @Nullable SelectionKey client;
    private long deadline;

    private SocketEnd(SocketFile file, long patienceMillis) throws IOException {
        super("the client of the console's socket " + file.path(), patienceMillis);
        this.file = file;
        file.channel().configureBlocking(false);
        selector = Selector.open();
        listening = file.channel().register(selector, SelectionKey.OP_ACCEPT);
        thread = start("console-socket", this::loop);
    }

    /**
     * Listens at a path until closed.
     *
     * @param path at most 107 bytes; a socket's file that nobody listens at is replaced
     * @throws IOException if that cannot be; the message is a line for the user
     */
    public static SocketEnd open(Path path) throws IOException {
        return open(path, PATIENCE_MILLIS);
    }

    static SocketEnd open(Path path, long patienceMillis) throws IOException {
        SocketFile file = SocketFile.listen(path);
        try {
            return new SocketEnd(file, patienceMillis);
        } catch (IOException | RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    @Override
    void spoken() {
        selector.wakeup();
    }

    @Override
    void keysWanted() {
        selector.wakeup();
    }

    private void loop() {
        try {
            while (!isClosed() || isOwedWords()) {
                boolean accepts = listening.interestOps() != 0;
                selector.select(isClosed() || !accepts ? ACCEPT_PAUSE_MILLIS : 0);
                selector.selectedKeys().clear();
                accept(accepts);
                serve();
            }
        } catch (IOException | RuntimeException | Error failure) {
            LOG.error("the console's socket {} failed", file.path(), failure);
        }
        dismiss();
    }

    /** Whether a client has yet to get what the guest said last; it is given a moment for that. */
    private boolean isOwedWords() {
        if (deadline == 0) {
            deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MILLIS);
        }
        return client != null && (out.hasRemaining() || !said.isEmpty()) && System.nanoTime() < deadline;
    }

    private void accept(boolean mayAccept) throws IOException {
        SocketChannel channel;
        try {
            channel = mayAccept && !isClosed() ? file.channel().accept() : null;
        } catch (IOException refused) { // for want of descriptors, say: it would be refused again at once
            LOG.warn("the console's socket {} cannot accept a connection: {}", file.path(), refused.getMessage());
            listening.interestOps(0);
            return;
        }
        listening.interestOps(SelectionKey.OP_ACCEPT);
        if (channel != null) {
            welcome(channel);
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        try {
            if (!file.admits(channel)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            serve(); // the client may have gone before this one came
            if (client != null) {
                channel.write(ByteBuffer.wrap(IN_USE)); // a new connection takes so little
                channel.close();
                return;
            }
            client = channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException gone) {
            LOG.debug("a client of the console's socket {} went away", file.path(), gone);
            channel.close();
            return;
        }
        said.listen();
    }

    private void serve() {
        SelectionKey key = client;
        if (key == null) {
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            boolean reads = read(channel);
            boolean waits = !write(channel);
            key.interestOps((reads ? SelectionKey.OP_READ : 0) | (waits ? SelectionKey.OP_WRITE : 0));
        } catch (IOException gone) {
            LOG.debug("{} is gone: {}", name(), gone.getMessage());
            dismiss();
        }
    }

    /** Reads what it typed; returns whether there is room for more. */
    private boolean read(SocketChannel channel) throws IOException {
        for (int room = keys.room(); room > 0; room = keys.room()) {
            int count = channel.read(in.clear().limit(Math.min(room, PIECE)));
            if (count < 0) {
                throw new IOException("it has closed its connection");
            }
            if (count == 0) {
                return true;
            }
            keys.put(in.flip());
            resume();
        }
        return false;
    }

    /** Writes what it has not heard; returns whether it took all. */
    private boolean write(SocketChannel channel) throws IOException {
        while (out.hasRemaining() || said.refill(out)) {
            channel.write(out);
            if (out.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    private void dismiss() {
        SelectionKey key = client;
        if (key != null) {
            client = null;
            out.clear().limit(0);
            said.leave();
            try {
                key.channel().close();
            } catch (IOException failed) {
                LOG.debug("closing a client's connection", failed);
            }
        }
    }

    @Override
    void finish() {
        selector.wakeup();
        Joining.uninterruptibly(thread);
        try {
            selector.close();
            file.close();
        } catch (IOException failed) {
            LOG.warn("the console's socket {} cannot be removed: {}", file.path(), failed.getMessage());
        }
    }
}
