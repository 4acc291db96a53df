package dev.lodge.vmm.backend.console;

import dev.lodge.rings.ByteRing;
import java.lang.foreign.MemorySegment;

/**
 * The page of a console, {@code struct xencons_interface}.
 *
 * <pre>
 *      0  in[1024]     to the guest
 *   1024  out[2048]    from the guest
 *   3072  in_cons, in_prod, out_cons, out_prod
 * </pre>
 */
final class ConsolePage {

    static final int IN_SIZE = 1024;
    static final int OUT_SIZE = 2048;

    private static final int IN = 0;
    private static final int OUT = IN + IN_SIZE;
    private static final int IN_CONS = OUT + OUT_SIZE;
    private static final int IN_PROD = IN_CONS + 4;
    private static final int OUT_CONS = IN_PROD + 4;
    private static final int OUT_PROD = OUT_CONS + 4;

    private ConsolePage() {}

    static ByteRing in(MemorySegment page) {
        return new ByteRing(page, IN, IN_SIZE, IN_CONS, IN_PROD);
    }

    static ByteRing out(MemorySegment page) {
        return new ByteRing(page, OUT, OUT_SIZE, OUT_CONS, OUT_PROD);
    }
}
