package dev.lodge.vmm.store;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Two guests and a tool at one store, by the wire. Each input is a sequence of requests: who, what, in which transaction, and
 * a payload, in which bytes from 0x80 on stand for words that requests are made of.
 */
public final class StoreWireFuzzer {

    private static final Quotas QUOTAS = new Quotas(12, 400, 5, 200, 4, 3, 16, 1 << 14, 20, 16);
    private static final long HEAP = 64 << 20;
    private static final int EPILOGUE_DEPTH = 2000;

    private static final String[] WORDS = {
        "/",
        "\0",
        "/local/domain/1",
        "/local/domain/2",
        "/local/domain/1/data",
        "data",
        "data/a",
        "data/a/b",
        "/local",
        "@introduceDomain",
        "@releaseDomain",
        "n0",
        "n1",
        "n2",
        "b1",
        "r2",
        "w1",
        "b0",
        "T\0",
        "F\0",
        "1\0",
        "2\0",
        "0\0",
        "token\0",
        "/tool",
        "..",
        "//",
        "3\0",
        "32751\0",
        "print\0",
        "-",
        "x".repeat(120)
    };

    private StoreWireFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Claim.allocatesAtMost(HEAP + 4096L * bytes.length, () -> run(new Input(bytes)));
    }

    private static void run(Input input) {
        Store store = new Store(QUOTAS);
        StoreSession domainZero = store.session(() -> {});
        TestClient[] clients = new TestClient[3];
        for (int domain = 1; domain <= 2; domain++) {
            clients[domain] = new TestClient(store.introduce(domain, () -> {}));
            domainZero.makeDirectory("/local/domain/" + domain + "/data");
            domainZero.setPermissions("/local/domain/" + domain + "/data", Permissions.of("n" + domain));
        }
        clients[0] = new TestClient(store.connectTool(() -> {}));
        while (input.hasMore()) {
            int who = input.u8();
            int type = input.u8();
            int transaction = input.u8() % 6;
            byte[] payload = payload(input);
            TestClient client = clients[who % 3];
            if (client.wire.isClosed()) {
                continue;
            }
            // TestClient requires one reply to each request, well-formed, and with the request's ids.
            client.ask(TestClient.nameOf(type % 32), transaction, payload);
            client.events.clear();
            for (TestClient other : clients) {
                require(other == client || other.receive() == null, "a reply to nobody's request");
                other.events.clear();
            }
        }
        check(domainZero);
        store.release(1);
        store.release(2);
        domainZero.dispatch();
        require(check(domainZero) >= 0, "no tree");
    }

    private static byte[] payload(Input input) {
        int length = input.u8() % 48;
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int i = 0; i < length && input.hasMore(); i++) {
            int value = input.u8();
            if (value < 0x80) {
                payload.write(value);
            } else {
                payload.writeBytes(WORDS[value % WORDS.length].getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        byte[] all = payload.toByteArray();
        return all.length <= WireParser.PAYLOAD_MAX ? all : java.util.Arrays.copyOf(all, WireParser.PAYLOAD_MAX);
    }

    /** Whether every node that is listed is there, has permissions and a value; returns how many there are. */
    private static int check(StoreSession domainZero) {
        List<String> paths = new ArrayList<>(List.of("/"));
        int[] owned = new int[3];
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            require(i < EPILOGUE_DEPTH, "more nodes than quotas and requests allow");
            Permissions permissions = domainZero.permissions(path);
            require(permissions != null, "a node is listed but not there: " + path);
            require(domainZero.readBytes(path) != null, "a node without a value: " + path);
            for (int domain = 1; domain <= 2; domain++) {
                if (permissions != null && permissions.owner() == domain) {
                    owned[domain]++;
                }
            }
            for (String child : domainZero.list(path)) {
                paths.add(path.equals("/") ? "/" + child : path + "/" + child);
            }
        }
        return paths.size() + owned[1] + owned[2];
    }

    /** Each operation once, on a node that is there. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int who = 0; who < 3; who++) {
            ByteArrayOutputStream seed = new ByteArrayOutputStream();
            for (int type = 0; type < 23; type++) {
                seed.writeBytes(new byte[] {(byte) who, (byte) type, 0, 3, (byte) 0x85, (byte) 0x81, (byte) 0x97});
            }
            seeds.add(seed.toByteArray());
        }
        byte[] transaction = {1, 6, 0, 1, 0, 1, 11, 1, 3, (byte) 0x86, (byte) 0x81, 'v', 1, 7, 1, 1, (byte) 0x92};
        seeds.add(transaction);
        return seeds;
    }
}
