package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuotasTest {

    private final Script script = new Script();
    private final TestClient guest = script.client("d1");
    private final TestClient tool = script.client("d0");

    @Test
    void aGuestOwnsAtMostAThousandNodes() {
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j < 32; j++) {
                assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/" + i + "/" + j + "|"));
            }
        }
        for (int i = 0; i < 9; i++) {
            assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/x" + i + "|"));
        }

        assertEquals("ERROR ENOSPC|", guest.ask("WRITE", 0, "data/more|"), "999 of its own and data");
        assertEquals("ERROR ENOSPC|", guest.ask("MKDIR", 0, "data/more|"));
        assertEquals("ERROR ENOENT|", guest.ask("READ", 0, "data/more|"));
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/x0|changed"));
        assertEquals("RM OK|", guest.ask("RM", 0, "data/x0|"));
        assertEquals("ERROR ENOSPC|", guest.ask("WRITE", 0, "data/two/nodes|"));
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/more|"));
        assertEquals("WRITE OK|", tool.ask("WRITE", 0, "/local/domain/1/data/domain-0s|"));
    }

    @Test
    void aTransactionCannotExceedTheNodesEither() {
        Script small = new Script(new Store(new Quotas(4, 2047, 5, 2048, 128, 10, 1024, 5L << 19, 20, 1024)));
        small.run("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/a|         -> WRITE OK|
                d1 1 WRITE data/b/c|       -> WRITE OK|
                d1 1 WRITE data/d|         -> ERROR ENOSPC|
                d2 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 0 WRITE data/d|         -> ERROR ENOSPC|
                d1 0 RM data/b|            -> RM OK|
                d1 0 WRITE data/d/e|       -> WRITE OK|
                """);
    }

    @Test
    void nodesGivenToAGuestCountAsItsOwn() {
        Script small = new Script(new Store(new Quotas(2, 2047, 5, 2048, 128, 10, 1024, 5L << 19, 20, 1024)));
        small.run("""
                d0 0 WRITE /gift|          -> WRITE OK|
                d0 0 SET_PERMS /gift|n1|   -> SET_PERMS OK|
                d1 0 WRITE data/a|         -> ERROR ENOSPC|
                d0 0 SET_PERMS /gift|n0|   -> SET_PERMS OK|
                d1 0 WRITE data/a|         -> WRITE OK|
                """);
    }

    @Test
    void aTransactionThatCountsNodesTwiceIsRefusedAtItsEnd() {
        Script small = new Script(new Store(new Quotas(2, 2047, 5, 2048, 128, 10, 1024, 5L << 19, 20, 1024)));
        small.run("""
                d0 0 MKDIR /other|         -> MKDIR OK|
                d0 0 SET_PERMS /other|n0|b1| -> SET_PERMS OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/a|         -> WRITE OK|
                d1 0 WRITE /other/b|       -> WRITE OK|
                d1 1 TRANSACTION_END T|    -> ERROR ENOSPC|
                d1 0 READ data/a|          -> ERROR ENOENT|
                """);
    }

    @Test
    void aNodeIsOfLimitedSize() {
        int most = 2047 - 16 - 8;
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/x|" + "v".repeat(most)));
        assertEquals("ERROR ENOSPC|", guest.ask("WRITE", 0, "data/x|" + "v".repeat(most + 1)));
        assertEquals("ERROR ENOSPC|", guest.ask("WRITE", 0, "data/y|" + "v".repeat(most + 1)));
        assertEquals("READ " + "v".repeat(most), guest.ask("READ", 0, "data/x|"));
        assertEquals("ERROR ENOENT|", guest.ask("READ", 0, "data/y|"));
        assertEquals("ERROR ENOSPC|", guest.ask("WRITE", 0, "data/x/child|"), "names of children count");
        assertEquals("ERROR ENOSPC|", guest.ask("SET_PERMS", 0, "data/x|n1|r2|"), "so do permissions");
        assertEquals("WRITE OK|", tool.ask("WRITE", 0, "/big|" + "v".repeat(4000)));
    }

    @Test
    void aNodeHasAtMostFivePermissionEntries() {
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/x|"));
        assertEquals("SET_PERMS OK|", guest.ask("SET_PERMS", 0, "data/x|n1|r2|r3|r4|r5|"));
        assertEquals("ERROR ENOSPC|", guest.ask("SET_PERMS", 0, "data/x|n1|r2|r3|r4|r5|r6|"));
        assertEquals("SET_PERMS OK|", tool.ask("SET_PERMS", 0, "/tool|n0|r1|r2|r3|r4|r5|r6|"));
    }

    @Test
    void aGuestHasAtMost128Watches() {
        for (int i = 0; i < 128; i++) {
            assertEquals("WATCH OK|", guest.ask("WATCH", 0, "data|" + i + "|"));
            assertEquals("WATCH OK|", tool.ask("WATCH", 0, "data|" + i + "|"));
        }
        assertEquals("ERROR ENOSPC|", guest.ask("WATCH", 0, "data|more|"));
        assertEquals("WATCH OK|", tool.ask("WATCH", 0, "data|more|"));
        assertEquals("UNWATCH OK|", guest.ask("UNWATCH", 0, "data|7|"));
        assertEquals("WATCH OK|", guest.ask("WATCH", 0, "data|more|"));
    }

    @Test
    void aGuestHasAtMostTenTransactions() {
        for (int i = 1; i <= 10; i++) {
            assertEquals("TRANSACTION_START " + i + "|", guest.ask("TRANSACTION_START", 0, "|"));
        }
        assertEquals("ERROR ENOSPC|", guest.ask("TRANSACTION_START", 0, "|"));
        assertEquals("TRANSACTION_END OK|", guest.ask("TRANSACTION_END", 3, "F|"));
        assertEquals("TRANSACTION_START 11|", guest.ask("TRANSACTION_START", 0, "|"));
    }

    @Test
    void aTransactionThatTouchesTooMuchCanOnlyBeAborted() {
        assertEquals("TRANSACTION_START 1|", guest.ask("TRANSACTION_START", 0, "|"));
        assertEquals("ERROR ENOENT|", guest.ask("READ", 1, "data/0|"), "touches data, too");
        for (int i = 1; i < 1023; i++) {
            assertEquals("ERROR ENOENT|", guest.ask("READ", 1, "data/" + i + "|"));
        }
        assertEquals("ERROR ENOSPC|", guest.ask("READ", 1, "data/more|"));
        assertEquals("ERROR ENOMEM|", guest.ask("TRANSACTION_END", 1, "T|"));
        assertEquals("ERROR ENOENT|", guest.ask("TRANSACTION_END", 1, "T|"));
    }

    @Test
    void aGuestsTransactionsHoldLimitedBytes() {
        Script small = new Script(new Store(new Quotas(1000, 2047, 5, 2048, 128, 10, 1024, 5000, 20, 1024)));
        TestClient hoarder = small.client("d1");
        hoarder.ask("TRANSACTION_START", 0, "|");
        hoarder.ask("TRANSACTION_START", 0, "|");

        assertEquals("WRITE OK|", hoarder.ask("WRITE", 1, "data/x|" + "v".repeat(2000)));
        assertEquals("WRITE OK|", hoarder.ask("WRITE", 2, "data/x|" + "v".repeat(2000)));
        assertEquals("ERROR ENOSPC|", hoarder.ask("WRITE", 2, "data/y|" + "v".repeat(2000)));
        assertEquals("ERROR ENOMEM|", hoarder.ask("TRANSACTION_END", 2, "T|"));
        assertEquals("TRANSACTION_END OK|", hoarder.ask("TRANSACTION_END", 1, "T|"));
        hoarder.ask("TRANSACTION_START", 0, "|");
        assertEquals("WRITE OK|", hoarder.ask("WRITE", 3, "data/x|" + "v".repeat(2000)));
        assertEquals("WRITE OK|", hoarder.ask("WRITE", 3, "data/y|" + "v".repeat(2000)));
    }
}
