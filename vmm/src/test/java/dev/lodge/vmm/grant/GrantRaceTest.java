package dev.lodge.vmm.grant;

import static dev.lodge.vmm.abi.GrantTableAbi.GTF_permit_access;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_reading;
import static dev.lodge.vmm.abi.GrantTableAbi.GTF_writing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lodge.rings.GrantRef;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.grant.GrantFixture.Side;
import dev.lodge.vmm.memory.FrameList;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A front end that takes grants back while a back end maps them, by the protocol that the header describes: once it has
 * succeeded, the frame is its own.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GrantRaceTest {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
    private static final int MAPPED = 3_000;
    private static final int REVOKED = 3_000;
    private static final GrantRef REF = new GrantRef(9);

    private final Side side = new GrantFixture().one;
    private final AtomicBoolean stop = new AtomicBoolean();
    private volatile boolean ownedAgain;
    private final AtomicInteger revoked = new AtomicInteger();

    @Test
    void whatWasTakenBackByVersion1IsNotMapped() throws InterruptedException {
        long entry = GrantFixture.TABLE * 4096L + 9 * 8;
        race(() -> {
            side.grant1(9, GTF_permit_access, 0, 20);
            while (!INT.compareAndSet(side.memory, entry, GTF_permit_access, 0)) {
                Thread.onSpinWait(); // in use
            }
        });
        assertEquals(0, side.word1(9) & (GTF_reading | GTF_writing));
    }

    @Test
    void whatWasTakenBackByVersion2IsNotMapped() throws InterruptedException {
        side.useVersion2();
        long entry = GrantFixture.TABLE * 4096L + 9 * 16;
        long status = GrantFixture.STATUS * 4096L + 9 * 2;
        race(() -> {
            side.grant2(9, GTF_permit_access, 0, 0, 20);
            Thread.onSpinWait();
            INT.setVolatile(side.memory, entry, 0);
            while (((short) SHORT.getVolatile(side.memory, status) & (GTF_reading | GTF_writing)) != 0) {
                Thread.onSpinWait(); // in use
            }
        });
        assertEquals(0, side.status(9));
    }

    /** @param grantAndTakeBack returns when the frame is the front end's own again */
    private void race(Runnable grantAndTakeBack) throws InterruptedException {
        Thread frontEnd = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                ownedAgain = false;
                grantAndTakeBack.run();
                ownedAgain = true;
                revoked.incrementAndGet();
                Thread.onSpinWait();
            }
        });
        int mapped = 0;
        int brokenPromises = 0;
        FrameList frames = new FrameList();
        try (GrantMappings mappings = new GrantMappings(side.table)) {
            while (mapped < MAPPED || revoked.get() < REVOKED) {
                boolean write = (mapped & 1) == 0;
                int handle;
                frames.clear();
                try {
                    handle = mappings.map(REF.value(), write, frames);
                } catch (GuestFault refused) {
                    continue;
                }
                mapped++;
                brokenPromises += ownedAgain ? 1 : 0;
                mappings.unmap(handle);
            }
        } finally {
            stop.set(true);
        }
        frontEnd.join();
        assertEquals(0, brokenPromises);
        assertEquals(0, side.table.uses());
        assertEquals(0, side.table.mappings());
    }
}
