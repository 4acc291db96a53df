package dev.lodge.vmm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation of {@code xen/include/public/io/xs_wire.h}, its replies and its errors. */
class WireOperationsTest {

    @Test
    void readAndWrite() {
        Script.check("""
                d0 0 WRITE /a|hello        -> WRITE OK|
                d0 0 READ /a|              -> READ hello
                d0 0 WRITE /a|             -> WRITE OK|
                d0 0 READ /a|              -> READ
                d0 0 WRITE /a|two|words|   -> WRITE OK|
                d0 0 READ /a|              -> READ two|words|
                d0 0 READ /b|              -> ERROR ENOENT|
                d0 0 READ /a               -> ERROR EINVAL|
                d0 0 READ /a|b|            -> ERROR EINVAL|
                d0 0 READ                  -> ERROR EINVAL|
                d0 0 WRITE /a              -> ERROR EINVAL|
                d0 0 WRITE                 -> ERROR EINVAL|
                d0 0 WRITE @releaseDomain|x -> ERROR EINVAL|
                """);
    }

    @Test
    void aWriteMakesTheNodesAbove() {
        Script.check("""
                d0 0 WRITE /a/b/c|deep     -> WRITE OK|
                d0 0 READ /a/b|            -> READ
                d0 0 DIRECTORY /a|         -> DIRECTORY b|
                d0 0 DIRECTORY /a/b|       -> DIRECTORY c|
                """);
    }

    @Test
    void relativePathsStartAtTheDomainsHome() {
        Script.check("""
                d1 0 WRITE data/x|1        -> WRITE OK|
                d0 0 READ /local/domain/1/data/x| -> READ 1
                d0 0 WRITE name|Domain-0   -> WRITE OK|
                d1 0 READ data|            -> READ
                d0 0 READ /local/domain/0/name| -> READ Domain-0
                """);
    }

    @Test
    void directoryListsTheOldestChildFirst() {
        Script.check("""
                d0 0 DIRECTORY /|          -> DIRECTORY tool|local|
                d0 0 WRITE /z|             -> WRITE OK|
                d0 0 WRITE /a|             -> WRITE OK|
                d0 0 DIRECTORY /|          -> DIRECTORY tool|local|z|a|
                d0 0 RM /z|                -> RM OK|
                d0 0 DIRECTORY /|          -> DIRECTORY tool|local|a|
                d0 0 DIRECTORY /a|         -> DIRECTORY
                d0 0 DIRECTORY /zz|        -> ERROR ENOENT|
                d0 0 DIRECTORY /a          -> ERROR EINVAL|
                """);
    }

    @Test
    void mkdirLeavesWhatIsThere() {
        Script.check("""
                d0 0 MKDIR /a/b|           -> MKDIR OK|
                d0 0 WRITE /a/b|v          -> WRITE OK|
                d0 0 MKDIR /a/b|           -> MKDIR OK|
                d0 0 READ /a/b|            -> READ v
                d0 0 MKDIR /a/b            -> ERROR EINVAL|
                """);
    }

    @Test
    void rmRemovesAllBelowAndForgivesAbsence() {
        Script.check("""
                d0 0 WRITE /a/b/c|         -> WRITE OK|
                d0 0 RM /a/b|              -> RM OK|
                d0 0 READ /a/b/c|          -> ERROR ENOENT|
                d0 0 READ /a/b|            -> ERROR ENOENT|
                d0 0 DIRECTORY /a|         -> DIRECTORY
                d0 0 RM /a/b|              -> RM OK|
                d0 0 RM /a/b/c|            -> ERROR ENOENT|
                d0 0 RM /|                 -> ERROR EINVAL|
                d0 0 RM /a                 -> ERROR EINVAL|
                """);
    }

    @Test
    void permissionsAreSetAndTold() {
        Script.check("""
                d0 0 WRITE /a|             -> WRITE OK|
                d0 0 GET_PERMS /a|         -> GET_PERMS n0|
                d0 0 SET_PERMS /a|b1|r2|w3| -> SET_PERMS OK|
                d0 0 GET_PERMS /a|         -> GET_PERMS b1|r2|w3|
                d0 0 GET_PERMS @releaseDomain| -> GET_PERMS n0|
                d0 0 SET_PERMS @releaseDomain|n0|r1| -> SET_PERMS OK|
                d0 0 GET_PERMS /b|         -> ERROR ENOENT|
                d0 0 SET_PERMS /b|n0|      -> ERROR ENOENT|
                d0 0 SET_PERMS /a|         -> ERROR EINVAL|
                d0 0 SET_PERMS /a|x1|      -> ERROR EINVAL|
                d0 0 SET_PERMS /a|n|       -> ERROR EINVAL|
                d0 0 SET_PERMS /a||        -> ERROR EINVAL|
                d0 0 SET_PERMS /a|n1x|     -> ERROR EINVAL|
                d0 0 SET_PERMS /a|n-1|     -> ERROR EINVAL|
                d0 0 SET_PERMS /a|n65536|  -> ERROR EINVAL|
                d0 0 SET_PERMS /a|n99999999999| -> ERROR EINVAL|
                d0 0 GET_PERMS /a|         -> GET_PERMS b1|r2|w3|
                """);
    }

    @Test
    void onlyDomain0MayAskForWhatIsItsOwn() {
        Script.check("""
                d1 0 CONTROL check|        -> ERROR EACCES|
                d1 0 INTRODUCE 2|1|1|      -> ERROR EACCES|
                d1 0 RELEASE 2|            -> ERROR EACCES|
                d1 0 IS_DOMAIN_INTRODUCED 2| -> ERROR EACCES|
                d1 0 RESUME 2|             -> ERROR EACCES|
                d1 0 SET_TARGET 1|2|       -> ERROR EACCES|
                d0 0 CONTROL no-such|      -> ERROR EINVAL|
                d0 0 CONTROL               -> ERROR EINVAL|
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WATCH_EVENT", "ERROR", "RESTRICT", "23", "65535", "-1", "-2147483648", "2147483647"})
    void whatNobodyCanAskForIsUnknown(String type) {
        assertEquals("ERROR ENOSYS|", new Script().client("d1").ask(type, 0, "x|"));
    }

    @Test
    void domainPathsAreForAll() {
        Script.check("""
                d1 0 GET_DOMAIN_PATH 7|    -> GET_DOMAIN_PATH /local/domain/7|
                d1 0 GET_DOMAIN_PATH 0|    -> GET_DOMAIN_PATH /local/domain/0|
                d1 0 GET_DOMAIN_PATH 65536| -> ERROR EINVAL|
                d1 0 GET_DOMAIN_PATH x|    -> ERROR EINVAL|
                d1 0 GET_DOMAIN_PATH |     -> ERROR EINVAL|
                d1 0 GET_DOMAIN_PATH 7     -> ERROR EINVAL|
                """);
    }

    @Test
    void aListTooLongForAMessageComesInParts() {
        Script script = new Script();
        TestClient tool = script.client("d0");
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            tool.ask("WRITE", 0, "/many/child" + i + "|");
            names.append("child").append(i).append('|');
        }

        assertEquals("ERROR E2BIG|", tool.ask("DIRECTORY", 0, "/many|"));
        StringBuilder collected = new StringBuilder();
        String generation = "";
        while (true) {
            String part = tool.ask("DIRECTORY_PART", 0, "/many|" + collected.length() + "|")
                    .substring("DIRECTORY_PART ".length());
            int end = part.indexOf('|') + 1;
            assertTrue(generation.isEmpty() || generation.equals(part.substring(0, end)), "the node has not changed");
            generation = part.substring(0, end);
            if (part.endsWith("||")) {
                collected.append(part, end, part.length() - 1);
                break;
            }
            collected.append(part, end, part.length());
        }
        assertEquals(names.toString(), collected.toString());
    }

    @Test
    void partsOfAShortListAndOfNone() {
        Script script = new Script();
        TestClient tool = script.client("d0");
        tool.ask("WRITE", 0, "/p/one|");
        tool.ask("WRITE", 0, "/p/two|");

        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p|0|").endsWith("|one|two||"));
        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p|4|").endsWith("|two||"));
        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p|8|").matches("DIRECTORY_PART \\d+\\|\\|"));
        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p|99999999999|").matches("DIRECTORY_PART \\d+\\|\\|"));
        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p|-1|").matches("DIRECTORY_PART \\d+\\|\\|"));
        assertTrue(tool.ask("DIRECTORY_PART", 0, "/p/one|0|").matches("DIRECTORY_PART \\d+\\|\\|"));
        assertEquals("ERROR ENOENT|", tool.ask("DIRECTORY_PART", 0, "/q|0|"));
        assertEquals("ERROR EINVAL|", tool.ask("DIRECTORY_PART", 0, "/p|"));
        assertEquals("ERROR EINVAL|", tool.ask("DIRECTORY_PART", 0, "/p|0|0|"));
        assertEquals("ERROR EINVAL|", tool.ask("DIRECTORY_PART", 0, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/a/",
                "/a//b",
                "",
                "a b",
                "/a.b",
                "/a\u00e9",
                "/a\n",
                "@nowhere",
                "/a\\b",
                "/a:b",
                "data/",
                "/{",
                "/`",
                "/["
            })
    void whatIsNoPathIsRefused(String path) {
        TestClient guest = new Script().client("d1");

        assertEquals("ERROR EINVAL|", guest.ask("READ", 0, path + "|"));
        assertEquals("ERROR EINVAL|", guest.ask("WRITE", 0, path + "|v"));
        assertEquals("ERROR EINVAL|", guest.ask("RM", 0, path + "|"));
    }

    @Test
    void pathsMayBeOfAnyAllowedCharacter() {
        TestClient guest = new Script().client("d1");
        String name = "data/ABCXYZabcxyz0189-_@";

        assertEquals("WRITE OK|", guest.ask("WRITE", 0, name + "|v"));
        assertEquals("READ v", guest.ask("READ", 0, name + "|"));
    }

    @Test
    void pathsAreOfLimitedLength() {
        Script script = new Script(new Store(new Quotas(1000, 100_000, 5, 2048, 128, 10, 1024, 5L << 19, 20, 1024)));
        TestClient guest = script.client("d1");
        TestClient tool = script.client("d0");

        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "data/" + "x".repeat(2043) + "|"));
        assertEquals("ERROR EINVAL|", guest.ask("WRITE", 0, "data/" + "x".repeat(2044) + "|"));
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, "/local/domain/1/data/" + "y".repeat(2043) + "|"));
        assertEquals("ERROR EINVAL|", guest.ask("WRITE", 0, "/local/domain/1/data/" + "y".repeat(2044) + "|"));
        assertEquals("ERROR EINVAL|", guest.ask("READ", 0, "/" + "x".repeat(2048) + "|"));
        assertEquals("WRITE OK|", tool.ask("WRITE", 0, "/" + "x".repeat(3071) + "|"));
        assertEquals("ERROR EINVAL|", tool.ask("WRITE", 0, "/" + "x".repeat(3072) + "|"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noiseIsAnsweredLikeAnyRequest(long seed) {
        Script script = new Script();
        Random random = new Random(seed);
        String[] pieces = {
            "/", "data", "a", "@", "|", "||", "n1", "b0", "r2", "0", "-1", "T|", "/local/domain/1", "\u00ff"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder payload = new StringBuilder();
            for (int left = random.nextInt(8); left > 0; left--) {
                payload.append(pieces[random.nextInt(pieces.length)]);
            }
            String type = Integer.toString(random.nextInt(26) - 1);
            String client = random.nextInt(4) == 0 ? "d0" : "d" + (1 + random.nextInt(3));
            script.client(client).ask(type, random.nextInt(4), payload.toString());
        }
        assertTrue(script.client("d0").ask("READ", 0, "/|").startsWith("READ"), "and the store still stands");
    }

    @Test
    void aDeepTreeIsMadeAndRemovedWhole() {
        TestClient guest = new Script().client("d1");
        String path = "data" + "/x".repeat(900);

        assertEquals("WRITE OK|", guest.ask("WRITE", 0, path + "|deep"));
        assertEquals("READ deep", guest.ask("READ", 0, path + "|"));
        assertEquals("RM OK|", guest.ask("RM", 0, "data/x|"));
        assertEquals("ERROR ENOENT|", guest.ask("READ", 0, path + "|"));
        assertEquals("WRITE OK|", guest.ask("WRITE", 0, path + "|again"), "its nodes are no longer counted");
    }

    @Test
    void valuesAreBytesOfAnyKind() {
        TestClient guest = new Script().client("d1");
        byte[] value = new byte[256];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }
        byte[] request = new byte["data/x".length() + 1 + value.length];
        System.arraycopy("data/x".getBytes(StandardCharsets.US_ASCII), 0, request, 0, 6);
        System.arraycopy(value, 0, request, 7, value.length);

        guest.ask("WRITE", 0, request);

        String read = guest.ask("READ", 0, TestClient.bytes("data/x|")).payload();
        assertArrayEquals(value, read.getBytes(StandardCharsets.ISO_8859_1));
    }
}
