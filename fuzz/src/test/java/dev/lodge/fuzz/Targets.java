package dev.lodge.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells {@code tools/fuzz} what there is to fuzz, and lays the seeds out. */
public final class Targets {

    private Targets() {}

    /** Prints "folder class" for each target, and writes its seeds into a folder of that name in the one given. */
    public static void main(String[] arguments) throws IOException {
        for (Target target : Target.all()) {
            Path folder = Path.of(arguments[0], target.folder());
            Files.createDirectories(folder);
            List<byte[]> seeds = target.seeds();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve("seed-" + i), seeds.get(i));
            }
            System.out.println(target.folder() + " " + target.type().getName());
        }
    }
}
