package dev.lodge.vmm.socket;

import dev.lodge.vmm.store.Store;
import dev.lodge.vmm.store.WireClient;
import dev.lodge.vmm.store.WireParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One tool's connection: bytes in are requests, bytes out are replies and events. On the server's thread, but for the
 * wake-up.
 *
 * <p>While replies wait that the tool does not take, nothing is read from it; when events do, too many of them end it.
 */
final class ToolConnection implements AutoCloseable {

    private static final int BUFFER_SIZE = 4096;

    private final SocketChannel channel;
    private final WireClient client;
    private final WireParser parser = new WireParser();
    private final byte[] received = new byte[BUFFER_SIZE];
    private final ByteBuffer input = ByteBuffer.wrap(received).limit(0);
    private final ByteBuffer output = ByteBuffer.allocate(BUFFER_SIZE).limit(0);
    private final AtomicBoolean awake = new AtomicBoolean();
    private @Nullable SelectionKey key;

    /** Connects a tool; {@code wake} is told of a connection with output, by any thread, and must only wake. */
    ToolConnection(SocketChannel channel, Store store, java.util.function.Consumer<ToolConnection> wake) {
        this.channel = channel;
        client = store.connectTool(() -> {
            if (!awake.getAndSet(true)) {
                wake.accept(this);
            }
        });
    }

    void registeredAs(SelectionKey registered) {
        key = registered;
    }

    /** From here on the next output wakes again. */
    void wokenUp() {
        awake.set(false);
    }

    /**
     * Moves what can be moved, both ways.
     *
     * @throws IOException if the connection is at its end
     * @throws dev.lodge.vmm.store.WireProtocolException if what the tool sends cannot be understood
     */
    void serve() throws IOException {
        boolean taken = flush() && answer();
        if (taken) {
            input.clear();
            int count = channel.read(input);
            input.flip();
            if (count < 0) {
                throw new IOException("the tool has closed its connection");
            }
            taken = answer();
        }
        if (client.isClosed()) {
            throw new IOException("the tool takes no events");
        }
        if (key != null) {
            key.interestOps(taken ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
        }
    }

    /** Answers the requests received; returns whether that is done and all that was said is taken. */
    private boolean answer() throws IOException {
        while (input.hasRemaining()) {
            if (client.isSaturated() && !flush()) {
                return false;
            }
            int used = parser.accept(received, input.position(), input.remaining());
            input.position(input.position() + used);
            if (parser.isComplete()) {
                client.handle(parser);
                parser.next();
            }
        }
        return flush();
    }

    /** Writes output; returns whether all of it is taken. */
    private boolean flush() throws IOException {
        while (true) {
            if (!output.hasRemaining()) {
                output.clear();
                client.drainTo(output);
                output.flip();
                if (!output.hasRemaining()) {
                    return true;
                }
            }
            channel.write(output);
            if (output.hasRemaining()) {
                return false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        channel.close();
    }
}
