package dev.lodge.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.linux.CCompiler;
import dev.lodge.linux.ClassFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conformance to the installed {@code linux/kvm.h} and {@code asm/kvm.h}, as the C compiler reads them. */
class KvmLayoutTest {
    private static final List<Class<?>> CONSTANTS =
            List.of(KvmExit.class, KvmCap.class, KvmXen.class, KvmFlag.class, KvmIoctl.class);

    @BeforeEach
    void needsACompiler() {
        CCompiler.assumeInstalled();
    }

    @Test
    void everyStructHasTheSizeAndTheOffsetsThatTheCompilerGivesIt() throws Exception {
        CCompiler compiler = new CCompiler().including("linux/kvm.h");
        List<Class<?>> layouts = ClassFolder.layoutsBeside(Kvm.class);
        for (Class<?> layout : layouts) {
            for (Field field : ClassFolder.constants(layout)) {
                compiler.ask(expression(layout, field));
            }
        }
        CCompiler.Answers answers = compiler.answers();
        int compared = 0;
        for (Class<?> layout : layouts) {
            for (Field field : ClassFolder.constants(layout)) {
                String expression = expression(layout, field);
                assertEquals(answers.of(expression), field.getLong(null), expression);
                compared++;
            }
        }
        assertTrue(layouts.size() >= 29 && compared > 250, layouts.size() + " structs, " + compared + " numbers");
    }

    @Test
    void everyAccessorTouchesTheBytesOfItsFieldAndNoOthers() throws Exception {
        CCompiler compiler = new CCompiler().including("linux/kvm.h");
        List<Class<?>> layouts = ClassFolder.layoutsBeside(Kvm.class);
        for (Class<?> layout : layouts) {
            for (Method setter : layout.getDeclaredMethods()) {
                if (isSetter(setter)) {
                    compiler.ask(sizeOf(layout, setter.getName()));
                }
            }
        }
        CCompiler.Answers sizes = compiler.answers();
        int checked = 0;
        try (Arena arena = Arena.ofConfined()) {
            for (Class<?> layout : layouts) {
                for (Method setter : layout.getDeclaredMethods()) {
                    if (isSetter(setter)) {
                        checkAccessors(arena, layout, setter, sizes.of(sizeOf(layout, setter.getName())));
                        checked++;
                    }
                }
            }
        }
        assertTrue(checked > 150, checked + " accessors");
    }

    @Test
    void everyConstantAndIoctlNumberIsTheHeaders() throws Exception {
        CCompiler compiler = new CCompiler().including("linux/kvm.h");
        for (Class<?> constants : CONSTANTS) {
            for (Field field : ClassFolder.constants(constants)) {
                compiler.askMacro(field.getName());
            }
        }
        CCompiler.Answers answers = compiler.answers();
        int compared = 0;
        for (Class<?> constants : CONSTANTS) {
            for (Field field : ClassFolder.constants(constants)) {
                if (answers.has(field.getName())) {
                    long expected = answers.of(field.getName());
                    long actual = field.getLong(null);
                    assertEquals(
                            expected,
                            field.getType() == int.class ? signOf(expected, actual) : actual,
                            field.getName());
                    compared++;
                }
            }
        }
        assertTrue(compared > 170, compared + " constants");
    }

    private static void checkAccessors(Arena arena, Class<?> layout, Method setter, long size) throws Exception {
        String name = layout.getSimpleName() + "." + setter.getName();
        long offset = layout.getField(setter.getName() + "$offset").getLong(null);
        MemorySegment struct = arena.allocate(layout.getField("SIZEOF").getLong(null), Long.BYTES);
        boolean isLong = setter.getParameterTypes()[1] == long.class;
        setter.invoke(null, struct, isLong ? (Object) Long.valueOf(-1) : (Object) Integer.valueOf(-1));
        for (long i = 0; i < struct.byteSize(); i++) {
            boolean inField = i >= offset && i < offset + size;
            assertEquals(inField ? -1 : 0, struct.get(ValueLayout.JAVA_BYTE, i), name + " at byte " + i);
        }
        Object read = layout.getMethod(setter.getName(), MemorySegment.class).invoke(null, struct);
        long unsigned = size >= Integer.BYTES ? -1 : (1L << (size * Byte.SIZE)) - 1;
        assertEquals(unsigned, ((Number) read).longValue(), name + " reads back");
    }

    private static boolean isSetter(Method method) {
        return method.getReturnType() == void.class && method.getParameterCount() == 2;
    }

    /** A constant of 32 bits whose top bit is set is a negative {@code int} in Java and a large number in C. */
    private static long signOf(long expected, long actual) {
        return expected > Integer.MAX_VALUE ? Integer.toUnsignedLong((int) actual) : actual;
    }

    private static String sizeOf(Class<?> layout, String field) {
        return "sizeof(((struct " + layout.getSimpleName() + " *) 0)->" + field.replace('$', '.') + ")";
    }

    private static String expression(Class<?> layout, Field field) {
        String struct = layout.getSimpleName();
        if (field.getName().equals("SIZEOF")) {
            return "sizeof(struct " + struct + ")";
        }
        String path = field.getName().substring(0, field.getName().length() - "$offset".length());
        return "offsetof(struct " + struct + ", " + path.replace('$', '.') + ")";
    }
}
