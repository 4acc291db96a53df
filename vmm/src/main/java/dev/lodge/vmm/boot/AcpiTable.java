package dev.lodge.vmm.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One ACPI table being written: the header that all share, then the fields of its own, then length and checksum.
 *
 * <pre>
 *   0  signature        10  OEM id (6)         28  creator id
 *   4  length           16  OEM table id (8)   32  creator revision
 *   8  revision         24  OEM revision       36  the table's own fields
 *   9  checksum
 * </pre>
 */
final class AcpiTable {

    static final int HEADER_SIZE = 36;

    static final String OEM = "Xen   ";

    private static final int LENGTH = 4;
    private static final int CHECKSUM = 9;
    private static final String OEM_TABLE = "HVM     ";
    private static final String CREATOR = "LDGE";

    /** Where in an address structure its fields are. */
    private static final byte SYSTEM_IO = 1;

    private static final byte EIGHT_BITS = 8;
    private static final byte BYTE_ACCESS = 1;

    private final ByteBuffer bytes;

    private AcpiTable(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Starts a table: its header is there, but for length and checksum.
     *
     * @param target zeros, from the table's first byte on
     */
    static AcpiTable begin(ByteBuffer target, String signature, int revision) {
        var table = new AcpiTable(target.order(ByteOrder.LITTLE_ENDIAN));
        table.text(signature)
                .int32(0)
                .int8(revision)
                .int8(0)
                .text(OEM)
                .text(OEM_TABLE)
                .int32(1)
                .text(CREATOR)
                .int32(1);
        return table;
    }

    AcpiTable int8(int value) {
        bytes.put((byte) value);
        return this;
    }

    AcpiTable int16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    AcpiTable int32(int value) {
        bytes.putInt(value);
        return this;
    }

    AcpiTable int64(long value) {
        bytes.putLong(value);
        return this;
    }

    AcpiTable text(String ascii) {
        return code(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    AcpiTable code(byte[] code) {
        bytes.put(code);
        return this;
    }

    /** A Generic Address Structure that names an 8-bit I/O port. */
    AcpiTable port(int port) {
        return int8(SYSTEM_IO).int8(EIGHT_BITS).int8(0).int8(BYTE_ACCESS).int64(port);
    }

    /** Leaves zeros up to the field at {@code offset}. */
    AcpiTable at(int offset) {
        bytes.position(offset);
        return this;
    }

    /** Sets length and checksum: the table ends where the last field did. */
    void end() {
        int length = bytes.position();
        bytes.putInt(LENGTH, length);
        bytes.put(CHECKSUM, checksum(bytes, length));
    }

    /** The byte that makes the sum of the first {@code length} bytes 0, given that its own place holds 0. */
    static byte checksum(ByteBuffer bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes.get(i);
        }
        return (byte) -sum;
    }
}
