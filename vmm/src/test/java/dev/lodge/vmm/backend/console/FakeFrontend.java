package dev.lodge.vmm.backend.console;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A guest's end of a console page, written after Linux's {@code drivers/tty/hvc/hvc_xen.c}. */
public final class FakeFrontend {

    public static final int IN_CONS = 3072;
    public static final int IN_PROD = 3076;
    public static final int OUT_CONS = 3080;
    public static final int OUT_PROD = 3084;

    private final MemorySegment page;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** The front end of a page of {@code struct xencons_interface}. */
    public FakeFrontend(MemorySegment page) {
        this.page = page;
    }

    /** An index. */
    public int get(int field) {
        return page.get(ValueLayout.JAVA_INT, field);
    }

    /** Sets an index, truly or not. */
    public void set(int field, int value) {
        page.set(ValueLayout.JAVA_INT, field, value);
    }

    /** Writes what fits from an offset on; how many bytes that was. */
    public int write(byte[] bytes, int from) {
        int produced = get(OUT_PROD);
        int count = Math.min(bytes.length - from, 2048 - (produced - get(OUT_CONS)));
        for (int i = 0; i < count; i++) {
            page.set(ValueLayout.JAVA_BYTE, 1024 + (produced + i & 2047), bytes[from + i]);
        }
        set(OUT_PROD, produced + count);
        return count;
    }

    /** Writes a text that fits. */
    public void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8), 0);
    }

    /** Takes up to {@code most} bytes of input; how many that was. */
    public int read(int most) {
        int consumed = get(IN_CONS);
        int count = Math.min(most, get(IN_PROD) - consumed);
        for (int i = 0; i < count; i++) {
            received.write(page.get(ValueLayout.JAVA_BYTE, consumed + i & 1023));
        }
        set(IN_CONS, consumed + count);
        return count;
    }

    /** All that was read so far. */
    public byte[] received() {
        return received.toByteArray();
    }
}
