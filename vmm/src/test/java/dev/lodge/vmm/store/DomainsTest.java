package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainsTest {

    private final Script script = new Script();

    @Test
    void comingAndGoingIsToldToDomain0() {
        script.run("""
                d0 0 WATCH @introduceDomain|i| -> WATCH OK|
                d0 hears @introduceDomain|i|
                d0 0 WATCH @releaseDomain|r| -> WATCH OK|
                d0 hears @releaseDomain|r|
                d1 0 WATCH @releaseDomain|r| -> WATCH OK|
                d1 hears @releaseDomain|r|
                """);
        script.store.introduce(7, () -> {});
        script.run("d0 hears @introduceDomain|i|");
        script.store.release(7);
        script.run("d0 hears @releaseDomain|r|");
        script.run(
                "d0 0 SET_PERMS @releaseDomain|n0|r1| -> SET_PERMS OK|\nd0 hears @releaseDomain|r|\nd1 hears @releaseDomain|r|");
        script.store.release(2);
        script.run("d0 hears @releaseDomain|r|\nd1 hears @releaseDomain|r|");
        script.store.release(2);
        script.store.release(99);
        script.run("");
    }

    @Test
    void aShutdownIsToldOnceUntilTheDomainIsResumed() {
        script.run("d0 0 WATCH @releaseDomain|r| -> WATCH OK|\nd0 hears @releaseDomain|r|");
        script.store.shutDown(1);
        script.store.shutDown(1);
        script.store.shutDown(99);
        script.run("""
                d0 hears @releaseDomain|r|
                d0 0 RESUME 1|             -> RESUME OK|
                """);
        script.store.shutDown(1);
        script.run("""
                d0 hears @releaseDomain|r|
                d0 0 RESUME 0|             -> ERROR EINVAL|
                d0 0 RESUME 99|            -> ERROR ENOENT|
                d0 0 RESUME x|             -> ERROR EINVAL|
                d0 0 RESUME 1              -> ERROR EINVAL|
                """);
    }

    @Test
    void isDomainIntroduced() {
        script.run("""
                d0 0 IS_DOMAIN_INTRODUCED 0| -> IS_DOMAIN_INTRODUCED T|
                d0 0 IS_DOMAIN_INTRODUCED 1| -> IS_DOMAIN_INTRODUCED T|
                d0 0 IS_DOMAIN_INTRODUCED 32752| -> IS_DOMAIN_INTRODUCED T|
                d0 0 IS_DOMAIN_INTRODUCED 9| -> IS_DOMAIN_INTRODUCED F|
                d0 0 SET_PERMS /tool|n0|r9|  -> SET_PERMS OK|
                d0 0 IS_DOMAIN_INTRODUCED 9| -> IS_DOMAIN_INTRODUCED F|
                d0 0 IS_DOMAIN_INTRODUCED  -> ERROR EINVAL|
                """);
    }

    @Test
    void aReleaseTakesTheDomainsNodesAndItsConnection() {
        script.run("""
                d0 0 WATCH /local/domain/1/data/x|t| -> WATCH OK|
                d0 hears /local/domain/1/data/x|t|
                d1 0 WRITE data/x/y|v      -> WRITE OK|
                d0 hears /local/domain/1/data/x/y|t|
                d2 0 WATCH @releaseDomain|r| -> WATCH OK|
                d2 hears @releaseDomain|r|
                d0 0 RELEASE 1|            -> RELEASE OK|
                d0 hears /local/domain/1/data/x|t|
                """);
    }

    @Test
    void aReleasedClientIsClosed() {
        script.run("""
                d1 0 WRITE data/x|v        -> WRITE OK|
                d0 0 RELEASE 1|            -> RELEASE OK|
                d0 0 READ /local/domain/1/data| -> ERROR ENOENT|
                d0 0 READ /local/domain/1| -> READ
                d0 0 GET_PERMS /local/domain/1| -> GET_PERMS n0|
                d0 0 RELEASE 1|            -> ERROR ENOENT|
                d0 0 RELEASE 0|            -> ERROR EINVAL|
                d0 0 RELEASE               -> ERROR EINVAL|
                """);
        WireClient gone = script.client("d1").wire;
        assertTrue(gone.isClosed());
        assertThrows(AssertionError.class, () -> script.client("d1").ask("READ", 0, "data|"), "no reply comes");
    }

    @Test
    void introduceOfAnIntroducedDomainHasItsRingStartAnew() {
        List<String> wakeUps = new ArrayList<>();
        WireClient client = script.store.introduce(5, () -> wakeUps.add("awake"));
        assertFalse(client.isResetWanted());
        script.run("""
                d0 0 INTRODUCE 5|1044476|1| -> INTRODUCE OK|
                d0 0 INTRODUCE 6|1044476|1| -> ERROR ENOENT|
                d0 0 INTRODUCE 5|1044476|0| -> ERROR EINVAL|
                d0 0 INTRODUCE 5|1044476|  -> ERROR EINVAL|
                d0 0 INTRODUCE a|b|c|      -> ERROR EINVAL|
                """);
        assertTrue(client.isResetWanted());
        assertEquals(1, wakeUps.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x7ff0, 65536, Integer.MIN_VALUE})
    void whatIsNoDomainCannotBeIntroduced(int domain) {
        assertThrows(IllegalArgumentException.class, () -> script.store.introduce(domain, () -> {}));
    }

    @Test
    void aDomainIsIntroducedOnce() {
        assertThrows(IllegalStateException.class, () -> script.store.introduce(1, () -> {}));
    }
}
