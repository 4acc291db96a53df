package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several clients with interleaved transactions, watches and changing permissions, step by step against {@link StoreModel}. */
class StoreModelTest {

    private static final int STEPS = 4000;
    private static final Quotas SMALL = new Quotas(14, 2047, 5, 2048, 4, 3, 1024, 5L << 19, 20, 1024);
    private static final String[] ROOTS = {"/shared", "/local/domain/1/data", "/local/domain/2/data", "/private"};
    private static final String[] NAMES = {"a", "b", "c"};
    private static final String[] LETTERS = {"n", "r", "w", "b"};

    private static final int DOMAINS = 3;

    private final List<TestClient> clients = new ArrayList<>();
    private final StoreModel model = new StoreModel(DOMAINS, SMALL.nodes(), SMALL.watches(), SMALL.transactions());
    private final Map<String, Integer> outcomes = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyReplyAndEventIsTheModels(long seed) {
        setUp();
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            int d = random.nextInt(DOMAINS);
            String where = "seed " + seed + ", step " + step + ", domain " + d;
            step(random, d, where);
            for (int domain = 0; domain < DOMAINS; domain++) {
                assertEquals(List.copyOf(model.events.get(domain)), eventsOf(domain), where + ": events of " + domain);
                model.events.get(domain).clear();
            }
            if (step % 100 == 0) {
                compareTrees("/", where);
            }
        }
        compareTrees("/", "seed " + seed);
        for (String needed : List.of("OK", "ENOENT", "EACCES", "ENOSPC", "EAGAIN", "EPERM", "EEXIST")) {
            assertTrue(outcomes.containsKey(needed), needed + " never came up: " + outcomes);
        }
    }

    private void setUp() {
        Store store = new Store(SMALL);
        clients.add(new TestClient(store.connectTool(() -> {})));
        clients.add(new TestClient(store.introduce(1, () -> {})));
        clients.add(new TestClient(store.introduce(2, () -> {})));
        for (String path : List.of("/", "/tool", "/tool/xenstored")) {
            model.tree.put(path, new StoreModel.N("", List.of("n0"), List.of()));
        }
        model.tree.put("/", new StoreModel.N("", List.of("n0"), List.of("tool")));
        model.tree.put("/tool", new StoreModel.N("", List.of("n0"), List.of("xenstored")));
        for (String root : ROOTS) {
            clients.get(0).ask("MKDIR", 0, root + "|");
            model.mkdir(0, null, root);
        }
        permit("/shared", List.of("b0"));
        permit("/local/domain/1", List.of("n0", "r1"));
        permit("/local/domain/1/data", List.of("n1", "r2"));
        permit("/local/domain/2/data", List.of("n2"));
    }

    private void permit(String path, List<String> perms) {
        clients.get(0).ask("SET_PERMS", 0, path + "|" + StoreModel.joined(perms));
        model.setPerms(0, null, path, perms);
    }

    private void step(Random random, int d, String where) {
        String path = randomPath(random);
        String home = "/local/domain/" + d + "/";
        boolean relative = path.startsWith(home) && random.nextBoolean();
        String named = relative ? path.substring(home.length()) : path;
        int id = randomTransaction(random, d);
        StoreModel.T t = id == 0 ? null : model.transactions.get(d).get(id);
        switch (random.nextInt(14)) {
            case 0, 1 -> check(where, d, id, "READ", named + "|", () -> model.read(d, t, path));
            case 2 -> check(where, d, id, "DIRECTORY", named + "|", () -> model.directory(d, t, path));
            case 3 -> check(where, d, id, "GET_PERMS", named + "|", () -> model.getPerms(d, t, path));
            case 4, 5, 6 -> {
                String value = "v" + random.nextInt(100);
                check(where, d, id, "WRITE", named + "|" + value, () -> model.write(d, t, path, value));
            }
            case 7 -> check(where, d, id, "MKDIR", named + "|", () -> model.mkdir(d, t, path));
            case 8 -> check(where, d, id, "RM", named + "|", () -> model.rm(d, t, path));
            case 9 -> {
                List<String> perms = randomPermissions(random, d);
                String payload = named + "|" + StoreModel.joined(perms);
                check(where, d, id, "SET_PERMS", payload, () -> model.setPerms(d, t, path, perms));
            }
            case 10 -> check(where, d, 0, "TRANSACTION_START", "|", () -> model.start(d));
            case 11 -> {
                boolean commit = random.nextInt(4) > 0;
                if (id != 0) {
                    String payload = commit ? "T|" : "F|";
                    check(where, d, id, "TRANSACTION_END", payload, () -> model.end(d, id, commit));
                }
            }
            case 12 -> {
                String token = "t" + random.nextInt(2);
                check(where, d, 0, "WATCH", named + "|" + token + "|", () -> model.watch(d, path, relative, token));
            }
            default -> {
                String token = "t" + random.nextInt(2);
                if (random.nextInt(20) == 0) {
                    check(where, d, 0, "RESET_WATCHES", "|", () -> model.reset(d));
                } else {
                    check(where, d, 0, "UNWATCH", named + "|" + token + "|", () -> model.unwatch(d, path, token));
                }
            }
        }
    }

    private interface Expected {
        String reply();
    }

    private void check(String where, int d, int id, String type, String payload, Expected expected) {
        String reply;
        try {
            reply = expected.reply();
            outcomes.merge("OK", 1, Integer::sum);
        } catch (StoreModel.Refusal refusal) {
            reply = "ERROR " + refusal.getMessage() + "|";
            outcomes.merge(String.valueOf(refusal.getMessage()), 1, Integer::sum);
        }
        assertEquals(
                reply.strip(), clients.get(d).ask(type, id, payload), where + ": " + type + " " + id + " " + payload);
    }

    private int randomTransaction(Random random, int d) {
        List<Integer> open = new ArrayList<>(model.transactions.get(d).keySet());
        return open.isEmpty() || random.nextInt(3) == 0 ? 0 : open.get(random.nextInt(open.size()));
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder(ROOTS[random.nextInt(ROOTS.length)]);
        for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
            path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
        }
        return path.toString();
    }

    private static List<String> randomPermissions(Random random, int d) {
        List<String> perms = new ArrayList<>();
        int owner = d != 0 && random.nextInt(5) > 0 ? d : random.nextInt(3);
        perms.add(LETTERS[random.nextInt(4)] + owner);
        for (int more = random.nextInt(3); more > 0; more--) {
            perms.add(LETTERS[random.nextInt(4)] + random.nextInt(3));
        }
        return perms;
    }

    private List<String> eventsOf(int domain) {
        TestClient client = clients.get(domain);
        client.receive();
        List<String> events = new ArrayList<>();
        for (TestClient.Message event : client.events) {
            events.add(event.toString());
        }
        client.events.clear();
        return events;
    }

    private void compareTrees(String path, String where) {
        StoreModel.@Nullable N node = model.tree.get(path);
        if (node == null) {
            throw new AssertionError(path);
        }
        TestClient tool = clients.get(0);
        assertEquals(("READ " + node.value()).strip(), tool.ask("READ", 0, path + "|"), where + ": " + path);
        assertEquals(
                ("DIRECTORY " + StoreModel.joined(node.kids())).strip(), tool.ask("DIRECTORY", 0, path + "|"), where);
        assertEquals("GET_PERMS " + StoreModel.joined(node.perms()), tool.ask("GET_PERMS", 0, path + "|"), where);
        for (String kid : node.kids()) {
            compareTrees(path.equals("/") ? "/" + kid : path + "/" + kid, where);
        }
    }
}
