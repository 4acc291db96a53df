package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TransactionsTest {

    @Test
    void changesShowAtTheEndOrNever() {
        Script.check("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/x|new      -> WRITE OK|
                d1 1 READ data/x|          -> READ new
                d1 1 DIRECTORY data|       -> DIRECTORY x|
                d1 0 READ data/x|          -> ERROR ENOENT|
                d1 0 DIRECTORY data|       -> DIRECTORY
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 0 READ data/x|          -> READ new
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                d1 2 RM data/x|            -> RM OK|
                d1 2 READ data/x|          -> ERROR ENOENT|
                d1 2 TRANSACTION_END F|    -> TRANSACTION_END OK|
                d1 0 READ data/x|          -> READ new
                d1 2 READ data/x|          -> ERROR ENOENT|
                """);
    }

    @Test
    void anIdIsTheClientsOwn() {
        Script.check("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d2 1 READ data|            -> ERROR ENOENT|
                d2 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 TRANSACTION_START |   -> ERROR EBUSY|
                d1 9 TRANSACTION_START |   -> ERROR ENOENT|
                d1 0 TRANSACTION_END T|    -> ERROR ENOENT|
                d1 1 TRANSACTION_END X|    -> ERROR EINVAL|
                d1 1 TRANSACTION_END T     -> ERROR EINVAL|
                d1 1 TRANSACTION_END T|T|  -> ERROR EINVAL|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 1 TRANSACTION_END T|    -> ERROR ENOENT|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                """);
    }

    @Test
    void whatItReadMustNotHaveChanged() {
        Script.check("""
                d1 0 WRITE data/x|1        -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 READ data/x|          -> READ 1
                d0 0 WRITE /local/domain/1/data/x|2 -> WRITE OK|
                d1 1 READ data/x|          -> READ 1
                d1 1 WRITE data/y|1        -> WRITE OK|
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 READ data/y|          -> ERROR ENOENT|
                d1 1 TRANSACTION_END T|    -> ERROR ENOENT|
                """);
    }

    @Test
    void whatItDidNotTouchMayChange() {
        Script.check("""
                d1 0 WRITE data/x|1        -> WRITE OK|
                d1 0 WRITE data/y|1        -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 READ data/x|          -> READ 1
                d0 0 WRITE /local/domain/1/data/y|2 -> WRITE OK|
                d1 1 READ data/y|          -> READ 2
                d1 1 WRITE data/x|3        -> WRITE OK|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 0 READ data/x|          -> READ 3
                """);
    }

    @Test
    void theFirstToEndWins() {
        Script.check("""
                d1 0 WRITE data/x|0        -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                d1 1 WRITE data/x|1        -> WRITE OK|
                d1 2 WRITE data/x|2        -> WRITE OK|
                d1 2 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 READ data/x|          -> READ 2
                """);
    }

    @Test
    void whatItFoundMissingMustStayMissing() {
        Script.check("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 READ data/x|          -> ERROR ENOENT|
                d1 0 WRITE data/x|         -> WRITE OK|
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                d1 2 READ data/x|          -> READ
                d1 0 RM data/x|            -> RM OK|
                d1 2 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 3|
                d1 3 WRITE data/a|         -> WRITE OK|
                d1 0 WRITE data/b|         -> WRITE OK|
                d1 3 TRANSACTION_END T|    -> ERROR EAGAIN|
                """);
    }

    @Test
    void aNodeMadeAndRemovedInsideLeavesNothing() {
        Script.check("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/x/y|1      -> WRITE OK|
                d1 1 RM data/x|            -> RM OK|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d1 0 DIRECTORY data|       -> DIRECTORY
                """);
    }

    @Test
    void aSubtreeThatChangedUnderItsRemovalConflicts() {
        Script.check("""
                d1 0 WRITE data/x/y|1      -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 DIRECTORY data/x|     -> DIRECTORY y|
                d1 0 RM data/x/y|          -> RM OK|
                d1 1 RM data/x|            -> RM OK|
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 DIRECTORY data|       -> DIRECTORY x|
                """);
    }

    @Test
    void aNodeSeenWithoutItsParentCanBeRemovedAndConflicts() {
        Script.check("""
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 READ data/x|          -> ERROR ENOENT|
                d1 0 WRITE data/x/y/z|     -> WRITE OK|
                d1 1 RM data/x/y|          -> RM OK|
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                d1 2 DIRECTORY data/x|     -> DIRECTORY y|
                d1 0 WRITE data/x/w|       -> WRITE OK|
                d1 2 RM data/x/w|          -> RM OK|
                d1 2 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 DIRECTORY data/x|     -> DIRECTORY y|w|
                """);
    }

    @Test
    void watchersHearAtTheEndIfItCommits() {
        Script.check("""
                d0 0 WATCH /local/domain/1/data|t| -> WATCH OK|
                d0 hears /local/domain/1/data|t|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/x|1        -> WRITE OK|
                d1 1 WRITE data/x|2        -> WRITE OK|
                d1 1 WRITE data/y/z|1      -> WRITE OK|
                d0 0 READ /tool|           -> READ
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d0 hears /local/domain/1/data/x|t|
                d0 hears /local/domain/1/data/y/z|t|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 2|
                d1 2 RM data/y|            -> RM OK|
                d1 2 TRANSACTION_END F|    -> TRANSACTION_END OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 3|
                d1 3 RM data/y|            -> RM OK|
                d1 3 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d0 hears /local/domain/1/data/y|t|
                """);
    }

    @Test
    void aNodeWrittenAndThenRemovedWithItsParentIsToldToThoseAbove() {
        Script.check("""
                d1 0 WRITE data/x/y|1      -> WRITE OK|
                d0 0 WATCH /local/domain/1/data|t| -> WATCH OK|
                d0 hears /local/domain/1/data|t|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 WRITE data/x/y|2      -> WRITE OK|
                d1 1 RM data/x|            -> RM OK|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d0 hears /local/domain/1/data/x/y|t|
                d0 hears /local/domain/1/data/x|t|
                """);
    }

    @Test
    void permissionsCountInsideAndChangeAtTheEnd() {
        Script.check("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 SET_PERMS data/x|n1|r2| -> SET_PERMS OK|
                d1 1 GET_PERMS data/x|     -> GET_PERMS n1|r2|
                d2 0 READ /local/domain/1/data/x| -> ERROR EACCES|
                d1 1 READ /local/domain/2/data| -> ERROR EACCES|
                d1 1 TRANSACTION_END T|    -> TRANSACTION_END OK|
                d2 0 READ /local/domain/1/data/x| -> READ v
                """);
    }

    @Test
    void aDomainThatGoesTakesItsNameOutOfOpenTransactions() {
        Script script = new Script();
        script.run("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 0 TRANSACTION_START |   -> TRANSACTION_START 1|
                d1 1 SET_PERMS data/x|n1|r2| -> SET_PERMS OK|
                """);
        script.store.release(2);
        script.run("""
                d1 1 TRANSACTION_END T|    -> ERROR EAGAIN|
                d1 0 GET_PERMS data/x|     -> GET_PERMS n1|
                """);
    }

    @Test
    void domain0MayHaveManyAtOnce() {
        Script script = new Script();
        TestClient tool = script.client("d0");
        for (int i = 1; i <= 300; i++) {
            assertEquals("TRANSACTION_START " + i + "|", tool.ask("TRANSACTION_START", 0, "|"));
        }
        assertEquals("TRANSACTION_END OK|", tool.ask("TRANSACTION_END", 7, "F|"));
        assertEquals("TRANSACTION_START 301|", tool.ask("TRANSACTION_START", 0, "|"));
    }
}
