package dev.lodge.linux;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the main classes of a package declare. */
public final class ClassFolder {
    private ClassFolder() {}

    /** The layout classes of a class's package: those with lower-case names. */
    public static List<Class<?>> layoutsBeside(Class<?> type) throws IOException, URISyntaxException {
        Path classes =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path folder = classes.resolve(type.getPackageName().replace('.', '/'));
        List<Class<?>> layouts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && Character.isLowerCase(name.charAt(0)) && name.indexOf('-') < 0) {
                    layouts.add(classNamed(type.getPackageName() + "." + name.substring(0, name.length() - 6)));
                }
            }
        }
        return layouts;
    }

    /** The constants of a class, by name, that are whole numbers and not private. */
    public static List<Field> constants(Class<?> type) {
        List<Field> constants = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            boolean number = field.getType() == int.class || field.getType() == long.class;
            int modifiers = field.getModifiers();
            if (number
                    && Modifier.isStatic(modifiers)
                    && Modifier.isFinal(modifiers)
                    && !Modifier.isPrivate(modifiers)) {
                constants.add(field);
            }
        }
        return constants;
    }

    private static Class<?> classNamed(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
