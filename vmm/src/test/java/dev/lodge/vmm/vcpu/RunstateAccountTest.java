package dev.lodge.vmm.vcpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.RunstateInfo;
import dev.lodge.vmm.time.SystemTime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunstateAccountTest {

    private final long start = System.nanoTime();
    private final SystemTime time = new SystemTime(() -> System.nanoTime() - start, null);
    private final RunstateAccount account = new RunstateAccount();
    private final MemorySegment info = Arena.ofAuto().allocate(RunstateInfo.SIZE, 8);

    @AfterEach
    void close() {
        account.close();
    }

    private long nanos(int state) {
        return info.get(ValueLayout.JAVA_LONG, RunstateInfo.time + state * 8L);
    }

    private long sum() {
        return nanos(0) + nanos(1) + nanos(2) + nanos(3);
    }

    @Test
    void aVcpuThatWasNeverStartedIsOffline() {
        account.write(info, time);
        assertEquals(RunstateInfo.RUNSTATE_offline, info.get(ValueLayout.JAVA_INT, RunstateInfo.state));
        assertTrue(nanos(RunstateInfo.RUNSTATE_offline) > 0);
        assertEquals(sum(), nanos(RunstateInfo.RUNSTATE_offline));
    }

    @Test
    void theTimesOfARunningVcpuAddUpToTheSystemTimeAndNoneGoesBack() {
        account.begin();
        account.online(time.now());
        long[] before = new long[4];
        for (int round = 0; round < 1000; round++) {
            long earliest = time.now();
            account.write(info, time);
            assertTrue(sum() >= earliest && sum() <= time.now());
            for (int state : new int[] {RunstateInfo.RUNSTATE_running, RunstateInfo.RUNSTATE_runnable}) {
                assertTrue(nanos(state) >= before[state], "state " + state);
                before[state] = nanos(state);
            }
        }
        assertEquals(RunstateInfo.RUNSTATE_running, info.get(ValueLayout.JAVA_INT, RunstateInfo.state));
        assertTrue(before[RunstateInfo.RUNSTATE_running] > 0);
    }

    @Test
    void thePauseOfAVcpuIsTimeOffline() throws InterruptedException {
        account.begin();
        account.online(0);
        account.write(info, time);
        assertEquals(0, nanos(RunstateInfo.RUNSTATE_offline));
        account.offline(time.now());
        Thread.sleep(20);
        account.write(info, time);
        assertEquals(RunstateInfo.RUNSTATE_offline, info.get(ValueLayout.JAVA_INT, RunstateInfo.state));
        assertTrue(nanos(RunstateInfo.RUNSTATE_offline) >= 20_000_000);
        account.online(time.now());
        account.write(info, time);
        long away = nanos(RunstateInfo.RUNSTATE_offline);
        Thread.sleep(1);
        account.write(info, time);
        assertEquals(away, nanos(RunstateInfo.RUNSTATE_offline));
    }

    @Test
    void aThreadThatSleepsIsBlocked() throws InterruptedException {
        account.begin();
        account.online(time.now());
        Thread.sleep(30);
        account.write(info, time);
        assertTrue(nanos(RunstateInfo.RUNSTATE_blocked) > 0);
    }
}
