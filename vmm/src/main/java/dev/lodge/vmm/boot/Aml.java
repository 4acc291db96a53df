package dev.lodge.vmm.boot;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the little of ACPI Machine Language that a domain's DSDT needs (ACPI specification 6.5, chapter 20).
 *
 * <pre>
 *   Name (_S5, Package (2) {5, 5})      08 "_S5_" 12 06 02 0a 05 0a 05
 *                                       |         |  |  |  values
 *                                       NameOp    |  |  how many
 *                                       PackageOp-+  bytes from here to the end
 * </pre>
 */
final class Aml {

    private static final int NAME_OP = 0x08;
    private static final int BYTE_PREFIX = 0x0a;
    private static final int PACKAGE_OP = 0x12;

    private static final int NAME_LENGTH = 4;

    /** The longest package whose length fits into one byte. */
    private static final int SHORT_PACKAGE_LIMIT = 0x3f;

    private Aml() {}

    /**
     * {@code Name (name, Package () {values})}.
     *
     * @param name four characters: shorter names are padded with {@code _}
     * @param values 0 to 255 each, 30 of them at most
     */
    static byte[] namedPackage(String name, int... values) {
        int length = 2 + 2 * values.length;
        if (name.length() != NAME_LENGTH || length > SHORT_PACKAGE_LIMIT) {
            throw new IllegalArgumentException(name + " with " + values.length + " values");
        }
        var code = new ByteArrayOutputStream();
        code.write(NAME_OP);
        code.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        code.write(PACKAGE_OP);
        code.write(length);
        code.write(values.length);
        for (int value : values) {
            code.write(BYTE_PREFIX);
            code.write(value);
        }
        return code.toByteArray();
    }
}
