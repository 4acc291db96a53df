package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks through the notes of a segment ({@code elf(5)}, "Notes").
 *
 * <pre>
 *   0  name's size   4  description's size   8  type   12  name, then description, each padded to 4 bytes (8 if so aligned)
 * </pre>
 */
final class ElfNoteReader {

    private static final int HEADER_SIZE = 12;

    private final ByteBuffer notes;
    private final String fileName;
    private final int alignment;
    private int type;
    private String owner = "";
    private ByteBuffer description = ByteBuffer.allocate(0);

    /**
     * A reader that stands before the first note.
     *
     * @param elf the file, little-endian
     * @param segment of type {@link ElfHeaders#PT_NOTE}, within the file
     * @param fileName for messages
     */
    ElfNoteReader(ByteBuffer elf, ElfHeaders.ProgramHeader segment, String fileName) {
        this.notes = elf.slice((int) segment.offset(), (int) segment.fileSize()).order(ByteOrder.LITTLE_ENDIAN);
        this.fileName = fileName;
        this.alignment = segment.alignment() == Long.BYTES ? Long.BYTES : Integer.BYTES;
    }

    /**
     * Goes to the next note.
     *
     * @return whether there is one
     * @throws BootException if it does not end within the segment
     */
    boolean next() {
        if (notes.remaining() < HEADER_SIZE) {
            return false;
        }
        int ownerSize = notes.getInt();
        int descriptionSize = notes.getInt();
        type = notes.getInt();
        owner = text(take(ownerSize));
        description = take(descriptionSize);
        return true;
    }

    /** Whether the note is {@code owner}'s and of this type. */
    boolean is(String wantedOwner, int wantedType) {
        return type == wantedType && owner.equals(wantedOwner);
    }

    /** The note's description as text, up to its NUL. */
    String text() {
        return text(description);
    }

    /**
     * The note's description as an unsigned number.
     *
     * @throws BootException if it has neither 4 nor 8 bytes, or needs more than 63 bits
     */
    long number() {
        long number =
                switch (description.limit()) {
                    case Integer.BYTES -> Integer.toUnsignedLong(description.getInt(0));
                    case Long.BYTES -> description.getLong(0);
                    default -> -1;
                };
        if (number < 0) {
            throw ElfHeaders.malformed(fileName, "its note of type " + type + " holds no address");
        }
        return number;
    }

    private ByteBuffer take(int size) {
        if (size < 0 || size > notes.remaining()) {
            throw ElfHeaders.malformed(fileName, "a note does not end within its segment");
        }
        ByteBuffer taken = notes.slice(notes.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        long padded = ((long) notes.position() + size + alignment - 1) & -alignment;
        notes.position((int) Math.min(padded, notes.limit()));
        return taken;
    }

    private static String text(ByteBuffer bytes) {
        int end = 0;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end];
        bytes.get(0, text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
