package dev.lodge.vmm.boot;

import dev.lodge.vmm.BootException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A kernel's bytes in a file of the cache.
 *
 * @param channel open for reading; closed with this object
 */
record FileBytes(FileChannel channel) implements LoadableKernel.Bytes {

    /** Bytes that one read asks for at most: a buffer cannot be larger than 2 GiB. */
    private static final long READ_LIMIT = 1 << 30;

    @Override
    public void copyTo(MemorySegment target, long offset) throws IOException {
        long done = 0;
        while (done < target.byteSize()) {
            long length = Math.min(target.byteSize() - done, READ_LIMIT);
            ByteBuffer buffer = target.asSlice(done, length).asByteBuffer();
            int n = channel.read(buffer, offset + done);
            if (n < 0) {
                throw new EOFException("it ends at byte " + (offset + done));
            }
            done += n;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new BootException("cannot close Lodge's kernel cache (" + e + "); check the disk", e);
        }
    }
}
