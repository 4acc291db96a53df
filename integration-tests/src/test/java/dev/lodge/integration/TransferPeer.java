package dev.lodge.integration;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * What a guest moves files to and from: gives the same bytes to whoever connects to {@link #sourcePort}, answers those that
 * it is given at {@link #sinkPort}, behind a line with their number, with a line that has their SHA-256, and returns
 * datagrams. Threads of its own; on all addresses.
 */
final class TransferPeer implements AutoCloseable {
    private static final int DATAGRAM = 65_536;
    private static final int PIECE = 1 << 16;

    private final byte[] content;
    private final ServerSocket source = new ServerSocket(0);
    private final ServerSocket sink = new ServerSocket(0);
    private final DatagramSocket echo = new DatagramSocket(0);

    TransferPeer(int length) throws IOException {
        content = new byte[length];
        new Random(length).nextBytes(content);
        Thread.ofPlatform().daemon().start(() -> serve(source, this::give));
        Thread.ofPlatform().daemon().start(() -> serve(sink, this::take));
        Thread.ofPlatform().daemon().start(this::returnDatagrams);
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    int sourcePort() {
        return source.getLocalPort();
    }

    int sinkPort() {
        return sink.getLocalPort();
    }

    int echoPort() {
        return echo.getLocalPort();
    }

    /** The SHA-256 of a part of what it gives. */
    String sum(int from, int length) {
        MessageDigest digest = sha256();
        digest.update(content, from, length);
        return HexFormat.of().formatHex(digest.digest());
    }

    private void give(Socket socket) throws IOException {
        socket.getOutputStream().write(content);
    }

    private void take(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE);
        long left = 0;
        for (int digit = in.read(); digit != '\n'; digit = in.read()) {
            left = left * 10 + Character.digit(digit, 10);
        }
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        while (left > 0) {
            int count = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (count < 0) {
                throw new IOException(left + " bytes are missing");
            }
            digest.update(piece, 0, count);
            left -= count;
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        socket.getOutputStream().write((sum + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void serve(ServerSocket server, Service service) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> {
                    try (socket) {
                        service.serve(socket);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (IOException e) {
                // closed, by the test
            }
        }
    }

    private void returnDatagrams() {
        byte[] buffer = new byte[DATAGRAM];
        while (!echo.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                echo.receive(packet);
                echo.send(packet);
            } catch (IOException e) {
                // closed, or nobody is there any more
            }
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        sink.close();
        echo.close();
    }
}
