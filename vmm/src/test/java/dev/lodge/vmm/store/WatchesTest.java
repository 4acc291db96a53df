package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchesTest {

    @Test
    void aWatchFiresOnceWhenSetAndThenForEveryChangeBelow() {
        Script.check("""
                d0 0 WATCH /a|tok|         -> WATCH OK|
                d0 hears /a|tok|
                d0 0 WRITE /a/b|1          -> WRITE OK|
                d0 hears /a/b|tok|
                d0 0 WRITE /a|2            -> WRITE OK|
                d0 hears /a|tok|
                d0 0 MKDIR /a/c|           -> MKDIR OK|
                d0 hears /a/c|tok|
                d0 0 MKDIR /a/c|           -> MKDIR OK|
                d0 0 SET_PERMS /a/c|n1|    -> SET_PERMS OK|
                d0 hears /a/c|tok|
                d0 0 RM /a/c|              -> RM OK|
                d0 hears /a/c|tok|
                d0 0 RM /a/c|              -> RM OK|
                d0 0 WRITE /ab|3           -> WRITE OK|
                d0 0 READ /a|              -> READ 2
                """);
    }

    @Test
    void aPathGivenAsRelativeIsToldAsRelative() {
        Script.check("""
                d1 0 WATCH data|t|         -> WATCH OK|
                d1 hears data|t|
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 hears data/x|t|
                d0 0 WRITE /local/domain/1/data/y|v -> WRITE OK|
                d1 hears data/y|t|
                d1 0 WATCH /local/domain/1/data/y|t| -> WATCH OK|
                d1 hears /local/domain/1/data/y|t|
                d0 0 WRITE /local/domain/1/data/y|w -> WRITE OK|
                d1 hears data/y|t|
                d1 hears /local/domain/1/data/y|t|
                """);
    }

    @Test
    void theFirstEventFollowsTheReplyAndOthersPrecedeIt() {
        TestClient tool = new Script().client("d0");
        assertEquals(List.of("WATCH OK|", "WATCH_EVENT /a|t|"), exchange(tool, "WATCH", "/a|t|"));
        assertEquals(List.of("WATCH_EVENT /a|t|", "WRITE OK|"), exchange(tool, "WRITE", "/a|v"));
    }

    @Test
    void aWatchIsKnownByPathAndToken() {
        Script.check("""
                d0 0 WATCH /a|one|         -> WATCH OK|
                d0 hears /a|one|
                d0 0 WATCH /a|one|         -> ERROR EEXIST|
                d0 0 WATCH /a|two|         -> WATCH OK|
                d0 hears /a|two|
                d0 0 UNWATCH /a|three|     -> ERROR ENOENT|
                d0 0 UNWATCH /b|one|       -> ERROR ENOENT|
                d0 0 UNWATCH /a|one|       -> UNWATCH OK|
                d0 0 UNWATCH /a|one|       -> ERROR ENOENT|
                d0 0 WRITE /a|             -> WRITE OK|
                d0 hears /a|two|
                d0 0 WATCH /a|             -> ERROR EINVAL|
                d0 0 WATCH /a|t|u|         -> ERROR EINVAL|
                d0 0 WATCH /a|t            -> ERROR EINVAL|
                d0 0 WATCH /a/|t|          -> ERROR EINVAL|
                d0 0 UNWATCH /a|           -> ERROR EINVAL|
                d0 0 UNWATCH //|t|         -> ERROR EINVAL|
                d1 77 WATCH data|t|        -> WATCH OK|
                d1 hears data|t|
                d1 77 UNWATCH data|t|      -> UNWATCH OK|
                """);
    }

    @Test
    void theRemovalOfAnAncestorIsToldAsThatOfTheWatchedPath() {
        Script.check("""
                d0 0 WRITE /a/b/c|         -> WRITE OK|
                d0 0 WATCH /a/b/c|low|     -> WATCH OK|
                d0 hears /a/b/c|low|
                d0 0 WATCH /a/b/x|beside|  -> WATCH OK|
                d0 hears /a/b/x|beside|
                d0 0 WATCH /|top|          -> WATCH OK|
                d0 hears /|top|
                d0 0 RM /a|                -> RM OK|
                d0 hears /a/b/c|low|
                d0 hears /a|top|
                """);
    }

    @Test
    void nobodyHearsOfWhatItMayNotRead() {
        Script.check("""
                d0 0 WRITE /secret|v       -> WRITE OK|
                d1 0 WATCH /secret|t|      -> WATCH OK|
                d1 hears /secret|t|
                d1 0 WATCH /local/domain/2|t| -> WATCH OK|
                d1 hears /local/domain/2|t|
                d0 0 WRITE /secret|w       -> WRITE OK|
                d2 0 WRITE data/x|v        -> WRITE OK|
                d0 0 SET_PERMS /secret|n0|r1| -> SET_PERMS OK|
                d1 hears /secret|t|
                d0 0 WRITE /secret|x       -> WRITE OK|
                d1 hears /secret|t|
                d0 0 SET_PERMS /secret|n0| -> SET_PERMS OK|
                d1 hears /secret|t|
                d0 0 WRITE /secret|y       -> WRITE OK|
                d0 0 MKDIR /open|          -> MKDIR OK|
                d0 0 SET_PERMS /open|r0|   -> SET_PERMS OK|
                d1 0 WATCH /open|t|        -> WATCH OK|
                d1 hears /open|t|
                d0 0 WRITE /open/in|v      -> WRITE OK|
                d1 hears /open/in|t|
                d0 0 SET_PERMS /open/in|n0| -> SET_PERMS OK|
                d1 hears /open/in|t|
                d0 0 WRITE /open/in|w      -> WRITE OK|
                d1 hears /open/in|t|
                d0 0 RM /open/in|          -> RM OK|
                d1 hears /open/in|t|
                """);
    }

    @Test
    void theSameEventWaitsOnce() {
        Script script = new Script();
        script.run("d1 0 WATCH data|t| -> WATCH OK|\nd1 hears data|t|");
        TestClient tool = script.client("d0");
        for (int i = 0; i < 5; i++) {
            tool.ask("WRITE", 0, "/local/domain/1/data/x|" + i);
            tool.ask("WRITE", 0, "/local/domain/1/data/y|" + i);
        }
        script.run("d1 hears data/x|t|\nd1 hears data/y|t|");
    }

    @Test
    void aGuestThatDoesNotListenHoldsNoMoreThanItsShare() {
        Script script = new Script(new Store(new Quotas(1000, 2047, 5, 2048, 128, 10, 1024, 5L << 19, 20, 3)));
        script.run("d1 0 WATCH data|t| -> WATCH OK|\nd1 hears data|t|");
        TestClient tool = script.client("d0");
        for (int i = 0; i < 10; i++) {
            tool.ask("WRITE", 0, "/local/domain/1/data/n" + i + "|");
        }
        script.run("d1 hears data/n0|t|\nd1 hears data/n1|t|\nd1 hears data/n2|t|\nd1 hears data|t|");
    }

    @Test
    void anEventTooLongForAMessageIsNotSent() {
        Script script = new Script();
        String token = "t".repeat(3000);
        TestClient tool = script.client("d0");
        String path = "/" + "p".repeat(1000);

        assertEquals("WATCH OK|", tool.ask("WATCH", 0, "/|" + token + "|"));
        assertEquals("WATCH_EVENT /|" + token + "|", String.valueOf(tool.events.poll()));
        assertEquals("WRITE OK|", tool.ask("WRITE", 0, path + "|"));
        tool.ask("WRITE", 0, path + "/" + "q".repeat(2000) + "|");
        assertEquals("WATCH_EVENT " + path + "|" + token + "|", String.valueOf(tool.events.poll()));
        assertTrue(tool.events.isEmpty());
    }

    @Test
    void aResetEndsWatchesAndTransactions() {
        Script.check("""
                d1 0 WATCH data|t|         -> WATCH OK|
                d1 hears data|t|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 0 RESET_WATCHES |       -> RESET_WATCHES OK|
                d1 0 WRITE data/x|         -> WRITE OK|
                d1 1 READ data|            -> ERROR ENOENT|
                d1 0 UNWATCH data|t|       -> ERROR ENOENT|
                """);
    }

    @Test
    void aWakeUpComesWhenOutputAppearsAndNotAgainUntilItIsTaken() {
        List<String> wakeUps = new ArrayList<>();
        Store store = new Store();
        StoreSession session = store.session(() -> {});
        session.write("/a", "");
        session.setPermissions("/a", Permissions.of("r0"));
        TestClient guest = new TestClient(store.introduce(1, () -> wakeUps.add("awake")));

        guest.ask("WATCH", 0, "/a|t|");
        assertEquals(0, wakeUps.size(), "what its own request caused");
        session.write("/a", "1");
        session.write("/a/b", "2");
        assertEquals(1, wakeUps.size());
        guest.receive();
        session.write("/a", "3");
        assertEquals(2, wakeUps.size());
    }

    private static List<String> exchange(TestClient client, String type, String payload) {
        byte[] request = TestClient.encode(TestClient.typeOf(type), 1, 0, TestClient.bytes(payload));
        WireParser parser = new WireParser();
        parser.accept(request, 0, request.length);
        client.wire.handle(parser);
        ByteBuffer output = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        client.wire.drainTo(output);
        output.flip();
        List<String> messages = new ArrayList<>();
        while (output.hasRemaining()) {
            int number = output.getInt();
            output.getLong();
            StringBuilder text = new StringBuilder(TestClient.nameOf(number)).append(' ');
            for (int left = output.getInt(); left > 0; left--) {
                byte next = output.get();
                text.append(next == 0 ? '|' : (char) next);
            }
            messages.add(text.toString());
        }
        return messages;
    }
}
