package dev.lodge.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsVirtualisation
@DisplayName("A guest's random numbers")
class EntropyTest {

    private static final String ASK = "dmesg | grep -c 'crng init done'; ls /.lodge; head -c 32 /dev/random | md5sum";

    @Test
    @DisplayName("are there before its command begins, are seeded by the host, and are those of no other guest")
    void seeded() throws Exception {
        String[] first = numbers();
        String[] second = numbers();
        assertEquals("1", first[0]);
        assertTrue(!String.join(" ", first).contains("seed"), "the seed is still there");
        assertNotEquals(first[first.length - 1], second[second.length - 1]);
    }

    private static String[] numbers() throws Exception {
        LodgeProgram.Result result = LodgeProgram.run(
                "run",
                "-k",
                Checkout.kernel(Checkout.CLOUD_6_1).toString(),
                "--append",
                "random.trust_cpu=off",
                "--",
                "sh",
                "-c",
                ASK);
        assertEquals(0, result.status(), result.toString());
        return result.stdout().split("\n");
    }
}
