package dev.lodge.vmm.socket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A tool at the socket, written from {@code xs_wire.h} alone. In payloads {@code |} stands for a NUL. */
final class SocketTool implements AutoCloseable {

    static final int DIRECTORY = 1;
    static final int READ = 2;
    static final int WATCH = 4;
    static final int TRANSACTION_START = 6;
    static final int TRANSACTION_END = 7;
    static final int WRITE = 11;

    final SocketChannel channel;
    private final DataInputStream input;

    SocketTool(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        input = new DataInputStream(Channels.newInputStream(channel));
    }

    static ByteBuffer encode(int type, int transaction, String payload) {
        byte[] bytes = payload.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(16 + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(7)
                .putInt(transaction)
                .putInt(bytes.length)
                .put(bytes)
                .flip();
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    String ask(int type, String payload) throws IOException {
        return ask(type, 0, payload);
    }

    String ask(int type, int transaction, String payload) throws IOException {
        send(encode(type, transaction, payload));
        return receive();
    }

    /** The next message, as its type's number and its payload. */
    String receive() throws IOException {
        int type = Integer.reverseBytes(input.readInt());
        input.readLong();
        byte[] payload = new byte[Integer.reverseBytes(input.readInt())];
        input.readFully(payload);
        return type + " " + new String(payload, StandardCharsets.ISO_8859_1).replace('\0', '|');
    }

    /** Whether the other end has closed the connection, after whatever it still said. */
    boolean isAtEnd() throws IOException {
        try {
            while (true) {
                receive();
            }
        } catch (EOFException end) {
            return true;
        } catch (IOException reset) {
            return String.valueOf(reset.getMessage()).contains("reset");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
