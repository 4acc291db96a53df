package dev.lodge.vmm.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** Blocks who writes until a gate opens, and passes on what was written. */
final class GatedStream extends OutputStream {
    private final CountDownLatch gate;
    private final OutputStream behind;

    GatedStream(CountDownLatch gate, OutputStream behind) {
        this.gate = gate;
        this.behind = behind;
    }

    @Override
    public void write(int b) {
        throw new AssertionError("pumps write pieces");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        behind.write(bytes, offset, length);
    }
}
