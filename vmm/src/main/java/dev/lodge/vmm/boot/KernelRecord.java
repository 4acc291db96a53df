package dev.lodge.vmm.boot;

import dev.lodge.rings.GuestAddress;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.boot.KernelDescription.Extent;
import dev.lodge.vmm.boot.KernelDescription.Segment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KernelDescription} as the cache keeps it.
 *
 * <pre>
 *   entry (64 bits), linux (16), width in bits (16), command line's limit (32), sites: kind (32), vmmcall (64), vmcall (64),
 *   release: size (32), bytes, segments: count (32), {address (64), size (64), flags (32)}...,
 *   extents: count (32), {address (64), offset (64), length (64)}...
 * </pre>
 */
final class KernelRecord {

    private static final int NONE = 0;
    private static final int FOUND = 1;
    private static final int AMBIGUOUS = 2;

    private static final int FIXED_SIZE = 5 * Integer.BYTES + 3 * Long.BYTES + Integer.BYTES;
    private static final int SEGMENT_SIZE = 2 * Long.BYTES + Integer.BYTES;
    private static final int EXTENT_SIZE = 3 * Long.BYTES;

    private KernelRecord() {}

    /** The description as bytes, from position to limit. */
    static ByteBuffer encode(KernelDescription kernel) {
        byte[] release = kernel.release().getBytes(StandardCharsets.UTF_8);
        int size = FIXED_SIZE
                + release.length
                + kernel.segments().size() * SEGMENT_SIZE
                + kernel.extents().size() * EXTENT_SIZE;
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(kernel.entry());
        bytes.putShort((short) (kernel.linux() ? 1 : 0))
                .putShort((short) kernel.width().bits());
        bytes.putInt(kernel.commandLineLimit());
        if (kernel.sites() instanceof HypercallSites.Found found) {
            bytes.putInt(FOUND)
                    .putLong(found.vmmcall().value())
                    .putLong(found.vmcall().value());
        } else {
            bytes.putInt(kernel.sites() instanceof HypercallSites.None ? NONE : AMBIGUOUS)
                    .putLong(0)
                    .putLong(0);
        }
        bytes.putInt(release.length).put(release);
        bytes.putInt(kernel.segments().size());
        for (Segment segment : kernel.segments()) {
            bytes.putLong(segment.address()).putLong(segment.size()).putInt(segment.flags());
        }
        bytes.putInt(kernel.extents().size());
        for (Extent extent : kernel.extents()) {
            bytes.putLong(extent.address()).putLong(extent.offset()).putLong(extent.length());
        }
        return bytes.flip();
    }

    /** The description that was encoded; null if the bytes are none. */
    static @Nullable KernelDescription decode(ByteBuffer bytes) {
        try {
            long entry = bytes.getLong();
            boolean linux = bytes.getShort() != 0;
            GuestWidth width = bytes.getShort() == Integer.SIZE ? GuestWidth.BITS_32 : GuestWidth.BITS_64;
            int commandLineLimit = bytes.getInt();
            HypercallSites sites = sites(bytes);
            byte[] release = new byte[count(bytes, 1)];
            bytes.get(release);
            List<Segment> segments = new ArrayList<>();
            for (int left = count(bytes, SEGMENT_SIZE); left > 0; left--) {
                segments.add(new Segment(bytes.getLong(), bytes.getLong(), bytes.getInt()));
            }
            List<Extent> extents = new ArrayList<>();
            for (int left = count(bytes, EXTENT_SIZE); left > 0; left--) {
                extents.add(new Extent(bytes.getLong(), bytes.getLong(), bytes.getLong()));
            }
            boolean sound = !segments.isEmpty() && !bytes.hasRemaining();
            String name = new String(release, StandardCharsets.UTF_8);
            return sound
                    ? new KernelDescription(entry, name, width, linux, commandLineLimit, segments, extents, sites)
                    : null;
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static HypercallSites sites(ByteBuffer bytes) {
        int kind = bytes.getInt();
        var vmmcall = new GuestAddress(bytes.getLong());
        var vmcall = new GuestAddress(bytes.getLong());
        if (kind == FOUND) {
            return new HypercallSites.Found(vmmcall, vmcall);
        }
        return kind == NONE ? new HypercallSites.None() : new HypercallSites.Ambiguous();
    }

    private static int count(ByteBuffer bytes, int elementSize) {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / elementSize) {
            throw new BufferUnderflowException();
        }
        return count;
    }
}
