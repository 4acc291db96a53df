package dev.lodge.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gives every saved input to its target once more. */
class CorpusTest {

    private static final Path CORPUS = Path.of(System.getProperty("lodge.checkout"), "fuzz", "corpus");

    static List<Target> targets() {
        return Target.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingThatWasEverFoundIsFoundAgain(Target target) throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(CORPUS.resolve(target.folder()))) {
            inputs = files.sorted().toList();
        }
        assertFalse(inputs.isEmpty(), "no saved inputs of " + target);
        for (Path input : inputs) {
            try {
                target.harness().accept(Files.readAllBytes(input));
            } catch (Throwable found) {
                throw new AssertionError(input + ": " + found, found);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void seedsAndTheShortestInputsAreTaken(Target target) {
        target.harness().accept(new byte[0]);
        for (int first = 0; first < 256; first++) {
            target.harness().accept(new byte[] {(byte) first});
        }
        for (byte[] seed : target.seeds()) {
            target.harness().accept(seed);
        }
        assertTrue(target.seeds().size() < 50);
    }
}
