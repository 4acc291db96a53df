package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreSessionTest {

    private final Store store = new Store();
    private final List<String> wakeUps = new ArrayList<>();
    private final StoreSession session = store.session(() -> wakeUps.add("awake"));
    private final List<String> heard = new ArrayList<>();

    @Test
    void nodesAreWrittenReadListedAndRemoved() {
        session.write("/a/b", "v\u00e4lue");
        session.makeDirectory("/a/c");

        assertEquals("v\u00e4lue", session.read("/a/b"));
        assertEquals("", session.read("/a"));
        assertNull(session.read("/z"));
        assertEquals(List.of("b", "c"), session.list("/a"));
        assertEquals(List.of(), session.list("/z"));
        assertTrue(session.exists("/a/c"));
        session.remove("/a");
        session.remove("/a/b/c");
        assertFalse(session.exists("/a/c"));
    }

    @Test
    void permissionsAreSetAndTold() {
        session.write("/a", "");
        session.setPermissions("/a", Permissions.of("n0", "r1"));

        assertEquals(Permissions.of("n0", "r1"), session.permissions("/a"));
        assertNull(session.permissions("/z"));
        assertEquals(
                StoreError.ENOENT,
                assertThrows(StoreException.class, () -> session.setPermissions("/z", Permissions.of("n0")))
                        .error());
    }

    @Test
    void whatIsNoPathIsRefusedByName() {
        StoreException refused = assertThrows(StoreException.class, () -> session.write("/a//b", ""));

        assertEquals(StoreError.EINVAL, refused.error());
        assertTrue(String.valueOf(refused.getMessage()).contains("/a//b"));
        assertThrows(StoreException.class, () -> session.read("/a/"));
        assertThrows(StoreException.class, () -> session.remove("/"));
        assertThrows(StoreException.class, () -> session.makeDirectory("@introduceDomain"));
        assertThrows(StoreException.class, () -> session.watch("/ ", heard::add));
        assertThrows(StoreException.class, () -> session.write("/a", new byte[4097]));
    }

    @Test
    void handlersRunWhenDispatchedAndOnlyThen() {
        StoreWatch watch = session.watch("/a", heard::add);
        assertEquals(1, wakeUps.size());
        session.dispatch();
        session.write("/a/b", "1");
        session.write("/a/b", "2");
        session.write("/other", "");
        assertEquals(List.of("/a"), heard);

        session.dispatch();
        assertEquals(List.of("/a", "/a/b"), heard);
        assertEquals(2, wakeUps.size());

        session.write("/a/c", "");
        watch.close();
        session.dispatch();
        session.write("/a/d", "");
        session.dispatch();
        assertEquals(2, heard.size());
    }

    @Test
    void aHandlerMayUseTheStore() {
        session.watch("/in", path -> session.write("/out", String.valueOf(session.read("/in"))));
        session.dispatch();
        session.write("/in", "7");
        session.dispatch();

        assertEquals("7", session.read("/out"));
    }

    @Test
    void aFloodOfEventsMergesIntoOne() {
        session.watch("/a", heard::add);
        session.dispatch();
        heard.clear();
        for (int i = 0; i < 10_000; i++) {
            session.write("/a/" + i, "");
        }
        session.dispatch();

        assertEquals(4097, heard.size());
        assertEquals("/a", heard.getLast());
    }

    @Test
    void comingsAndGoingsOfDomainsAreWatched() {
        session.watch("@introduceDomain", heard::add);
        session.watch("@releaseDomain", heard::add);
        session.dispatch();
        heard.clear();
        store.introduce(4, () -> {});
        session.dispatch();
        store.release(4);
        session.dispatch();

        assertEquals(List.of("@introduceDomain", "@releaseDomain"), heard);
    }

    @Test
    void aTransactionShowsWhenItCommits() {
        try (StoreTransaction transaction = session.begin()) {
            transaction.write("/a", "1");
            assertEquals("1", transaction.read("/a"));
            assertNull(session.read("/a"));
            assertTrue(transaction.commit());
            assertThrows(IllegalStateException.class, () -> transaction.read("/a"));
        }
        assertEquals("1", session.read("/a"));
    }

    @Test
    void aTransactionThatConflictsOrIsClosedChangesNothing() {
        session.write("/a", "1");
        try (StoreTransaction transaction = session.begin()) {
            transaction.write("/a", "2");
            session.write("/a", "3");
            assertFalse(transaction.commit());
        }
        try (StoreTransaction transaction = session.begin()) {
            transaction.write("/a", "4");
        }
        assertEquals("3", session.read("/a"));
    }

    @Test
    void transactionsFromManyThreadsLoseNoUpdate() throws InterruptedException {
        session.write("/counter", "0");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (StoreSession own = store.session(() -> {})) {
                    for (int j = 0; j < 300; j++) {
                        increment(own);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals("900", session.read("/counter"));
    }

    private static void increment(StoreSession session) {
        while (true) {
            try (StoreTransaction transaction = session.begin()) {
                int counter = Integer.parseInt(String.valueOf(transaction.read("/counter")));
                transaction.write("/counter", Integer.toString(counter + 1));
                if (transaction.commit()) {
                    return;
                }
            }
        }
    }

    @Test
    void aClosedSessionHearsNoMore() {
        session.watch("/a", heard::add);
        session.close();
        store.session(() -> {}).write("/a", "");
        session.dispatch();

        assertEquals(List.of(), heard);
    }
}
