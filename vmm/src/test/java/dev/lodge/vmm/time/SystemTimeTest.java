package dev.lodge.vmm.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.VcpuInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ThreadPriorityCheck") // few CPUs, and others wait for them
class SystemTimeTest {

    private static final long TSC = 0x1234_5678_9abcL;

    private final long startedAt = System.nanoTime() - 5_000_000_000L;
    private final SystemTime time = time(startedAt, TSC, 1_000_000);
    private final MemorySegment page = Arena.ofAuto().allocate(4096, 4096);
    private final MemorySegment info = page.asSlice(64, VcpuInfo.SIZE);
    private final MemorySegment record = info.asSlice(VcpuInfo.time, VcpuInfo.SIZEOF_time);

    private static SystemTime time(long startedAt, long tsc, long kilohertz) {
        return new SystemTime(() -> System.nanoTime() - startedAt, new Pvclock(tsc, TscScale.of(kilohertz)));
    }

    @Test
    void systemTimeRunsWithTheGuestsClockAndIsNeverAheadOfIt() throws InterruptedException {
        long before = time.now();
        Thread.sleep(3);
        long now = time.now();
        assertTrue(now - before >= 3_000_000 && now <= System.nanoTime() - startedAt);
    }

    @Test
    void theRecordTellsHowToComputeTheTime() {
        time.publish(info);
        assertEquals(TSC, record.get(ValueLayout.JAVA_LONG, VcpuInfo.tsc_timestamp));
        assertEquals(0, record.get(ValueLayout.JAVA_LONG, VcpuInfo.system_time));
        assertEquals(1 << 31, record.get(ValueLayout.JAVA_INT, VcpuInfo.tsc_to_system_mul));
        assertEquals(1, record.get(ValueLayout.JAVA_BYTE, VcpuInfo.tsc_shift));
        assertEquals(1, record.get(ValueLayout.JAVA_BYTE, VcpuInfo.flags));
        for (long other = 0; other < VcpuInfo.time; other++) {
            assertEquals(0, info.get(ValueLayout.JAVA_BYTE, other), "the rest of vcpu_info is not touched");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, -1, -2, Integer.MAX_VALUE})
    void theVersionIsAnotherEvenOneAfterwards(int version) {
        record.set(ValueLayout.JAVA_INT, VcpuInfo.version, version);
        time.publish(info);
        int after = record.get(ValueLayout.JAVA_INT, VcpuInfo.version);
        assertEquals(0, after & 1);
        assertTrue(after != version);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aReaderThatObeysTheVersionSeesOneRecordOrTheOther() throws InterruptedException {
        SystemTime other = time(startedAt, ~TSC, 3_000_000);
        time.publish(info);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                other.publish(info);
                time.publish(info);
            }
        });
        var versionHandle = ValueLayout.JAVA_INT.varHandle();
        for (int reads = 0; reads < 20_000; ) {
            int version = (int) versionHandle.getVolatile(record, (long) VcpuInfo.version);
            long timestamp = record.get(ValueLayout.JAVA_LONG, VcpuInfo.tsc_timestamp);
            byte shift = record.get(ValueLayout.JAVA_BYTE, VcpuInfo.tsc_shift);
            if ((version & 1) == 0 && version == (int) versionHandle.getVolatile(record, (long) VcpuInfo.version)) {
                assertEquals(timestamp == TSC ? 1 : -1, shift);
                reads++;
            } else {
                Thread.yield();
            }
        }
        stop.set(true);
        writer.join();
    }

    @ParameterizedTest
    @EnumSource
    void theWallClockIsTheTimeOfDayAtSystemTimeZero(GuestWidth width) {
        int wc_version = width.wallClock();
        long realtime = 1_763_821_697_123_456_789L;
        time.publishWallClock(page, width, realtime);
        long seconds = Integer.toUnsignedLong(page.get(ValueLayout.JAVA_INT, wc_version + 4))
                | Integer.toUnsignedLong(page.get(ValueLayout.JAVA_INT, width.wallClockHigh())) << 32;
        long nanos = page.get(ValueLayout.JAVA_INT, wc_version + 8);
        assertTrue(nanos >= 0 && nanos < 1_000_000_000);
        long atZero = seconds * 1_000_000_000 + nanos;
        assertTrue(atZero <= realtime - 5_000_000_000L && atZero >= realtime - time.now(), Long.toString(atZero));
        assertEquals(0, page.get(ValueLayout.JAVA_INT, wc_version) & 1);
        assertTrue(page.get(ValueLayout.JAVA_INT, wc_version) != 0);
    }

    @Test
    void aWallClockBefore1970AndOneAfter2106AreWrittenInFull() {
        time.publishWallClock(page, GuestWidth.BITS_64, 0);
        assertEquals(-1, page.get(ValueLayout.JAVA_INT, 3084));
        assertTrue(page.get(ValueLayout.JAVA_INT, 3080) >= 0);
        time.publishWallClock(page, GuestWidth.BITS_64, 5_000_000_000L * 1_000_000_000L);
        assertEquals(1, page.get(ValueLayout.JAVA_INT, 3084));
    }

    @Test
    void theRecordsThatKvmWritesAreLeftToIt() {
        new SystemTime(() -> 0, null).publish(info);
        assertEquals(-1, page.mismatch(Arena.ofAuto().allocate(4096)));
    }

    @Test
    void theGuestsClockIsFollowedThoughItRunsAtAnotherRate() throws InterruptedException {
        long start = System.nanoTime();
        SystemTime fast = new SystemTime(() -> 3 * (System.nanoTime() - start), null);
        Thread.sleep(Duration.ofNanos(SystemTime.TRUSTED_NANOS + 1_000_000));
        long before = 3 * (System.nanoTime() - start);
        long now = fast.now();
        assertTrue(now >= before, now + " < " + before);
        assertTrue(now <= 3 * (System.nanoTime() - start));
    }

    @Test
    void timeNeverGoesBackThoughTheGuestsClockIsSlower() throws InterruptedException {
        long start = System.nanoTime();
        SystemTime slow = new SystemTime(() -> (System.nanoTime() - start) / 2, null);
        Thread.sleep(Duration.ofNanos(SystemTime.TRUSTED_NANOS - 1_000_000));
        long before = slow.now();
        Thread.sleep(2);
        assertTrue(slow.now() >= before);
    }

    @Test
    void aDeadlineOfTheGuestIsOneOfTheHost() {
        long late = time.toHost(1_234) - startedAt - 1_234;
        assertTrue(late >= 0 && late < 1_000_000_000, "read between two looks at the host's clock: " + late);
        assertEquals(Long.MAX_VALUE, time.toHost(Long.MAX_VALUE));
    }

    @Test
    void aDeadlineBeforeTheDomainWasBuiltHasPassed() {
        assertEquals(time.toHost(0), time.toHost(-1));
        assertEquals(time.toHost(0), time.toHost(Long.MIN_VALUE));
        assertTrue(time.toHost(Long.MIN_VALUE) - System.nanoTime() < 0);
    }
}
