package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs tables of (client, transaction, request, expected reply):
 *
 * <pre>
 *   d1 0 READ data/x|  -> ERROR ENOENT|     domain 1 asks outside any transaction
 *   d0 2 WRITE /a|b    -> WRITE OK|         a tool of Domain 0 asks in its transaction 2
 *   d1 hears data/x|token|                  the oldest event that domain 1 has not heard of yet
 * </pre>
 *
 * <p>Domains 1 to 3 are introduced; {@code /local/domain/N} is readable, and {@code /local/domain/N/data} owned, by domain N.
 * Events that no line expects fail the table.
 */
final class Script {

    final Store store;
    private final Map<String, TestClient> clients = new TreeMap<>();

    Script() {
        this(new Store());
    }

    Script(Store store) {
        this.store = store;
        StoreSession setUp = store.session(() -> {});
        clients.put("d0", new TestClient(store.connectTool(() -> {})));
        for (int domain = 1; domain <= 3; domain++) {
            clients.put("d" + domain, new TestClient(store.introduce(domain, () -> {})));
            String home = "/local/domain/" + domain;
            setUp.makeDirectory(home + "/data");
            setUp.setPermissions(home, Permissions.of("n0", "r" + domain));
            setUp.setPermissions(home + "/data", Permissions.of("n" + domain));
        }
        setUp.close();
    }

    TestClient client(String name) {
        TestClient client = clients.get(name);
        if (client == null) {
            throw new AssertionError("no client " + name);
        }
        return client;
    }

    static void check(String table) {
        new Script().run(table);
    }

    void run(String table) {
        for (String line : table.lines().toList()) {
            if (!line.isBlank()) {
                step(line);
            }
        }
        for (Map.Entry<String, TestClient> entry : clients.entrySet()) {
            assertEquals(null, nextEvent(entry.getValue()), entry.getKey() + " hears of more than expected");
        }
    }

    private void step(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words[1].equals("hears")) {
            assertEquals("WATCH_EVENT " + words[2], nextEvent(client(words[0])), line);
            return;
        }
        String[] sides = words[2].split(" +-> ?", 2);
        String[] request = sides[0].split(" ", 2);
        String payload = request.length > 1 ? request[1] : "";
        assertEquals(sides[1].strip(), client(words[0]).ask(request[0], Integer.parseInt(words[1]), payload), line);
    }

    private static @Nullable String nextEvent(TestClient client) {
        client.receive();
        TestClient.Message event = client.events.poll();
        return event == null ? null : event.toString();
    }
}
