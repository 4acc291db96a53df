package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PermissionsTest {

    @Test
    void aGuestReadsAndWritesOnlyWhatItMay() {
        Script.check("""
                d0 0 WRITE /none|v         -> WRITE OK|
                d0 0 WRITE /read|v         -> WRITE OK|
                d0 0 WRITE /write|v        -> WRITE OK|
                d0 0 WRITE /both|v         -> WRITE OK|
                d0 0 SET_PERMS /read|n0|r1| -> SET_PERMS OK|
                d0 0 SET_PERMS /write|n0|w1| -> SET_PERMS OK|
                d0 0 SET_PERMS /both|n0|b1| -> SET_PERMS OK|
                d1 0 READ /none|           -> ERROR EACCES|
                d1 0 WRITE /none|x         -> ERROR EACCES|
                d1 0 READ /read|           -> READ v
                d1 0 DIRECTORY /read|      -> DIRECTORY
                d1 0 GET_PERMS /read|      -> GET_PERMS n0|r1|
                d1 0 WRITE /read|x         -> ERROR EACCES|
                d1 0 RM /read|             -> ERROR EACCES|
                d1 0 READ /write|          -> ERROR EACCES|
                d1 0 WRITE /write|x        -> WRITE OK|
                d1 0 READ /both|           -> READ v
                d1 0 WRITE /both|x         -> WRITE OK|
                d2 0 READ /both|           -> ERROR EACCES|
                d1 0 SET_PERMS /both|b1|   -> ERROR EACCES|
                """);
    }

    @Test
    void theFirstEntryIsForAllWithoutTheirOwn() {
        Script.check("""
                d0 0 WRITE /a|v            -> WRITE OK|
                d0 0 SET_PERMS /a|r0|n2|   -> SET_PERMS OK|
                d1 0 READ /a|              -> READ v
                d2 0 READ /a|              -> ERROR EACCES|
                d0 0 SET_PERMS /a|n0|r1|n1| -> SET_PERMS OK|
                d1 0 READ /a|              -> READ v
                """);
    }

    @Test
    void whoMayNotSeeANodeIsNotToldWhetherItIsThere() {
        Script.check("""
                d1 0 READ /no/such|        -> ERROR EACCES|
                d1 0 RM /no/such|          -> ERROR EACCES|
                d1 0 READ nothing|         -> ERROR ENOENT|
                d1 0 WRITE nothing|v       -> ERROR EACCES|
                d1 0 READ data/nothing/at/all| -> ERROR ENOENT|
                d2 0 READ /local/domain/1/data/nothing| -> ERROR EACCES|
                """);
    }

    @Test
    void newNodesTakeTheirPermissionsFromAboveAndBelongToTheirMaker() {
        Script.check("""
                d0 0 MKDIR /shared|        -> MKDIR OK|
                d0 0 SET_PERMS /shared|r0|b1|b2| -> SET_PERMS OK|
                d1 0 WRITE /shared/a/b|v   -> WRITE OK|
                d0 0 GET_PERMS /shared/a|  -> GET_PERMS r1|b1|b2|
                d0 0 GET_PERMS /shared/a/b| -> GET_PERMS r1|b1|b2|
                d0 0 WRITE /shared/c|v     -> WRITE OK|
                d0 0 GET_PERMS /shared/c|  -> GET_PERMS r0|b1|b2|
                d3 0 READ /shared/a/b|     -> READ v
                d2 0 WRITE /shared/a/b|w   -> WRITE OK|
                d0 0 GET_PERMS /shared/a/b| -> GET_PERMS r1|b1|b2|
                """);
    }

    @Test
    void anOwnerMayShareItsNodeButNotGiveItAway() {
        Script.check("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 0 SET_PERMS data/x|n1|r2| -> SET_PERMS OK|
                d2 0 READ /local/domain/1/data/x| -> READ v
                d1 0 SET_PERMS data/x|n2|  -> ERROR EPERM|
                d1 0 SET_PERMS data/x|n0|  -> ERROR EPERM|
                d1 0 SET_PERMS data/x|n77| -> ERROR ENOENT|
                d0 0 SET_PERMS /local/domain/1/data/x|n2| -> SET_PERMS OK|
                d1 0 READ data/x|          -> ERROR EACCES|
                d2 0 WRITE /local/domain/1/data/x|w -> WRITE OK|
                """);
    }

    @Test
    void aDomainThatComesLaterGainsNothingFromEntriesMadeBefore() {
        Script script = new Script();
        script.run("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 0 SET_PERMS data/x|n1|b9| -> SET_PERMS OK|
                """);
        TestClient late = new TestClient(script.store.introduce(9, () -> {}));

        assertEquals("ERROR EACCES|", late.ask("READ", 0, "/local/domain/1/data/x|"));
    }

    @Test
    void aSuccessorOfADomainGainsNothingFromItsEntries() {
        Script script = new Script();
        script.run("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d1 0 SET_PERMS data/x|n1|b2| -> SET_PERMS OK|
                d0 0 MKDIR /zero|          -> MKDIR OK|
                d0 0 SET_PERMS /zero|n0|b2| -> SET_PERMS OK|
                """);
        script.store.release(2);
        TestClient successor = new TestClient(script.store.introduce(2, () -> {}));

        assertEquals("ERROR EACCES|", successor.ask("READ", 0, "/local/domain/1/data/x|"));
        assertEquals("ERROR EACCES|", successor.ask("READ", 0, "/zero|"));
        script.run("d0 0 GET_PERMS /local/domain/1/data/x| -> GET_PERMS n1|");
    }

    @Test
    void aStandInHasTheRightsOfItsTargetUntilThatGoes() {
        Script script = new Script();
        script.run("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d2 0 READ /local/domain/1/data/x| -> ERROR EACCES|
                d0 0 SET_TARGET 2|1|       -> SET_TARGET OK|
                d2 0 READ /local/domain/1/data/x| -> READ v
                d2 0 WRITE /local/domain/1/data/x|w -> WRITE OK|
                d2 0 READ data|            -> READ
                d0 0 SET_TARGET 9|1|       -> ERROR ENOENT|
                d0 0 SET_TARGET 1|9|       -> ERROR ENOENT|
                d0 0 SET_TARGET 1|         -> ERROR EINVAL|
                d0 0 SET_TARGET a|b|       -> ERROR EINVAL|
                """);
        script.store.release(1);
        StoreSession session = script.store.session(() -> {});
        TestClient successor = new TestClient(script.store.introduce(1, () -> {}));
        session.makeDirectory("/local/domain/1/data");
        session.setPermissions("/local/domain/1/data", Permissions.of("n1"));

        assertEquals("WRITE OK|", successor.ask("WRITE", 0, "data/x|v"));
        script.run("d2 0 READ /local/domain/1/data/x| -> ERROR EACCES|");
    }

    @Test
    void entriesAreALetterAndANumber() {
        assertEquals(
                "b0,r1,w65535,n2", Permissions.of("b0", "r1", "w65535", "n2").toString());
        assertEquals(0, Permissions.of("b0", "r1").owner());
        for (String bad : new String[] {"", "r", "1", "x1", "r1 ", "r+1", "r0x1", "R1"}) {
            assertThrows(StoreException.class, () -> Permissions.of("n0", bad), bad);
        }
        assertThrows(StoreException.class, Permissions::of);
    }
}
