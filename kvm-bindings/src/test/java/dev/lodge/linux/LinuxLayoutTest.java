package dev.lodge.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conformance to the C library's and the kernel's headers, as the C compiler reads them. */
class LinuxLayoutTest {
    private static final String[] HEADERS = {
        "dirent.h",
        "errno.h",
        "fcntl.h",
        "sched.h",
        "signal.h",
        "time.h",
        "sys/epoll.h",
        "sys/eventfd.h",
        "sys/file.h",
        "sys/mman.h",
        "sys/resource.h",
        "sys/stat.h",
        "sys/syscall.h",
        "sys/timerfd.h",
        "sys/vfs.h",
        "sys/xattr.h",
        "sys/uio.h",
        "linux/falloc.h",
        "linux/fs.h",
        "linux/io_uring.h",
        "linux/magic.h",
        "asm/termios.h",
        "asm/ioctls.h",
        "linux/openat2.h",
        "sys/socket.h",
        "sys/un.h",
        "net/if.h",
        "linux/if_tun.h"
    };

    private static final List<Class<?>> CONSTANTS = List.of(
            SystemCallNumber.class,
            Errno.class,
            OpenFlag.class,
            FileConstant.class,
            Mman.class,
            EventFd.class,
            Epoll.class,
            TimerFd.class,
            Termios.class,
            Signals.class,
            TapDevice.class,
            UnixStream.class,
            Clock.class,
            DiskFile.class,
            IoRing.class);

    private static final List<String> OUR_OWN =
            List.of("PAGE_SIZE", "HUGE_PAGE_SIZE", "KICK", "NANOS_PER_SECOND", "SECTOR_SIZE", "HEADER_SIZE");

    /** The header's {@code struct sigaction} is libc's; the kernel's own is in no header for programs. */
    private static final List<Class<?>> NOT_IN_HEADERS = List.of(sigaction.class);

    @BeforeEach
    void needsACompiler() {
        CCompiler.assumeInstalled();
    }

    @Test
    void everyConstantIsTheHeaders() throws Exception {
        CCompiler compiler = new CCompiler().including(HEADERS);
        for (Class<?> type : CONSTANTS) {
            for (Field field : ClassFolder.constants(type)) {
                if (!OUR_OWN.contains(field.getName())) {
                    compiler.ask(cName(type, field));
                }
            }
        }
        CCompiler.Answers answers = compiler.answers();
        int compared = 0;
        for (Class<?> type : CONSTANTS) {
            for (Field field : ClassFolder.constants(type)) {
                if (!OUR_OWN.contains(field.getName())) {
                    String name = cName(type, field);
                    assertEquals((int) answers.of(name), (int) field.getLong(null), name);
                    compared++;
                }
            }
        }
        assertTrue(compared > 180, compared + " constants");
    }

    @Test
    void everyStructHasTheSizeAndTheOffsetsThatTheCompilerGivesIt() throws Exception {
        CCompiler compiler = new CCompiler().including(HEADERS);
        List<Class<?>> layouts = ClassFolder.layoutsBeside(Syscall.class);
        layouts.removeAll(NOT_IN_HEADERS);
        for (Class<?> layout : layouts) {
            for (Field field : ClassFolder.constants(layout)) {
                compiler.ask(expression(layout, field));
            }
        }
        CCompiler.Answers answers = compiler.answers();
        for (Class<?> layout : layouts) {
            for (Field field : ClassFolder.constants(layout)) {
                String expression = expression(layout, field);
                assertEquals(answers.of(expression), field.getLong(null), expression);
            }
        }
        assertEquals(17, layouts.size(), layouts::toString);
    }

    private static String cName(Class<?> type, Field field) {
        if (type == SystemCallNumber.class) {
            return "SYS_" + field.getName().toLowerCase(Locale.ROOT);
        }
        return type == Clock.class ? "CLOCK_" + field.getName() : field.getName();
    }

    private static String expression(Class<?> layout, Field field) {
        if (field.getName().equals("SIZEOF")) {
            return "sizeof(struct " + layout.getSimpleName() + ")";
        }
        String path = field.getName().substring(0, field.getName().length() - "$offset".length());
        return "offsetof(struct " + layout.getSimpleName() + ", " + path.replace('$', '.') + ")";
    }
}
