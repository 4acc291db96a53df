package dev.lodge.vmm.backend.share.ninep;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.OpenFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A client of a shared directory. Each input is a sequence of requests: a type, and a content, in which bytes from 0x80 on stand
 * for what requests are made of: fids, names with their lengths, numbers.
 */
public final class NinepFuzzer {
    private static final int MESSAGE_SIZE = 8192;
    private static final int REQUEST_SIZE = 1024;
    private static final long HEAP = 8 << 20;
    private static final int MOST_REQUESTS = 200;

    private static final int[] TYPES = {
        8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 32, 40, 50, 52, 54, 70, 72, 74, 76, 100, 102, 104, 108, 110, 116, 118,
        120, 122
    };

    private static final byte[][] WORDS = {
        {0, 0, 0, 0},
        {1, 0, 0, 0},
        {2, 0, 0, 0},
        {3, 0, 0, 0},
        {-1, -1, -1, -1},
        {0, 1, 0, 0},
        {2, 0},
        {0, 0, 0, 0, 0, 0, 0, 0},
        {-1, -1, -1, -1, -1, -1, -1, 127},
        {-1, -1, -1, -1, -1, -1, -1, -1},
        word(""),
        word("."),
        word(".."),
        word("a"),
        word("b"),
        word("directory"),
        word("file"),
        word("up"),
        word("../outside"),
        word("/"),
        word("a\0b"),
        word("user.x"),
        word("9P2000.L"),
        word("n".repeat(256)),
        {-1, -1}
    };

    private NinepFuzzer() {}

    private static byte[] word(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        byte[] word = new byte[bytes.length + 2];
        word[0] = (byte) bytes.length;
        word[1] = (byte) (bytes.length >> 8);
        System.arraycopy(bytes, 0, word, 2, bytes.length);
        return word;
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        try {
            Path folder = Files.createTempDirectory("lodge-ninep");
            try {
                Claim.allocatesAtMost(HEAP + 4096L * bytes.length, () -> run(new Input(bytes), folder));
            } finally {
                clear(folder);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Input input, Path folder) {
        try (Arena arena = Arena.ofConfined()) {
            clear(folder);
            Path shared = Files.createDirectory(folder.resolve("shared"));
            Files.writeString(folder.resolve("outside"), "stays");
            Files.createDirectory(shared.resolve("directory"));
            Files.writeString(shared.resolve("file"), "text");
            Files.createSymbolicLink(shared.resolve("up"), Path.of(".."));
            MemorySegment request = arena.allocate(REQUEST_SIZE);
            MemorySegment reply = arena.allocate(MESSAGE_SIZE);
            Limits limits = new Limits(MESSAGE_SIZE, 8, 100_000, 16, new OpenFiles(12));
            try (FileDescriptor root = FileDescriptor.open(shared.toString(), OpenFlag.O_PATH);
                    NinepServer server = new NinepServer(root, false, Ownership.ofThisProcess(), limits)) {
                send(server, request, content(100, "\0 \0\0\b\09P2000.L"), reply);
                send(server, request, content(104, "\0\0\0\0\377\377\377\377\0\0\0\0\0\0\0\0"), reply);
                for (int i = 0; i < MOST_REQUESTS && input.hasMore(); i++) {
                    send(server, request, next(input), reply);
                }
            }
            require(Files.readString(folder.resolve("outside")).equals("stays"), "a file outside has changed");
            String[] there = folder.toFile().list();
            require(there != null && there.length == 2, "something outside was made or is gone");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] content(int type, String latin1) {
        byte[] content = latin1.getBytes(StandardCharsets.ISO_8859_1);
        byte[] message = new byte[7 + content.length];
        message[4] = (byte) type;
        System.arraycopy(content, 0, message, 7, content.length);
        return message;
    }

    private static byte[] next(Input input) {
        byte[] message = new byte[REQUEST_SIZE];
        int chosen = input.u8();
        message[4] = (byte) (chosen < 0xf0 ? TYPES[chosen % TYPES.length] : chosen);
        int at = 7;
        int parts = input.u8() % 32;
        for (int i = 0; i < parts && input.hasMore(); i++) {
            int value = input.u8();
            byte[] part = value < 0x80 ? new byte[] {(byte) value} : WORDS[value % WORDS.length];
            if (part.length > REQUEST_SIZE - at) {
                break;
            }
            System.arraycopy(part, 0, message, at, part.length);
            at += part.length;
        }
        return java.util.Arrays.copyOf(message, at);
    }

    private static void send(NinepServer server, MemorySegment request, byte[] message, MemorySegment reply) {
        MemorySegment.copy(message, 0, request, ValueLayout.JAVA_BYTE, 0, message.length);
        int most = Math.max(server.messageSize(), Limits.LEAST_MESSAGE);
        int length = server.serve(request, message.length, reply);
        require(length >= 7 && length <= most, "a reply of " + length + " bytes");
        require(reply.get(ValueLayout.JAVA_INT, 0) == length, "a reply that is not as long as it says");
        int type = Byte.toUnsignedInt(reply.get(ValueLayout.JAVA_BYTE, 4));
        require(type == MessageType.RLERROR || type == (message[4] & 0xff) + 1, "a reply of type " + type);
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A walk, an opening, a read and a clunk; and each request once, with a fid and a name. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        byte fid0 = (byte) (125 + 25 + 0);
        byte fid1 = (byte) (125 + 25 + 1);
        byte file = (byte) (125 + 25 + 16);
        seeds.add(new byte[] {23, 5, fid0, fid1, 1, 0, file, 1, 2, fid1, fid0, 24, 3, fid1, fid0, fid1, 26, 1, fid1});
        for (int type = 0; type < TYPES.length; type++) {
            seeds.add(new byte[] {(byte) type, 4, fid0, file, fid1, fid1});
        }
        return seeds;
    }
}
