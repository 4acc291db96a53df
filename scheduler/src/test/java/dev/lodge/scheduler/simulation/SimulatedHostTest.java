package dev.lodge.scheduler.simulation;

import static dev.lodge.scheduler.simulation.Schedules.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lodge.scheduler.CpuTimers;
import dev.lodge.scheduler.Policy;
import dev.lodge.scheduler.Runstate;
import dev.lodge.scheduler.Share;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedHostTest {

    private static final Share SHARE = Share.of(256);

    @Test
    void aDomainAloneDoesWhatItsBehaviourSays() {
        SimulatedHost host = Schedules.borrowedVirtualTime(1);
        int domain = host.add("clock", SHARE, new Behaviour.Periodic(10, 3));

        Outcome outcome = host.run(25);

        assertEquals(List.of(new Span(0, 0, 0, 3), new Span(0, 0, 10, 13), new Span(0, 0, 20, 23)), outcome.trace());
        assertEquals(9, outcome.ran(domain));
        assertEquals(16, outcome.idle());
        assertEquals(3, outcome.domains().getFirst().finished());
        assertEquals(1, outcome.contextSwitches());
        assertEquals(9.0 / 25, outcome.shareOf(domain));
    }

    @Test
    void theSameSeedsGiveTheSameSchedule() {
        assertEquals(bursts(1).trace(), bursts(1).trace());
        assertEquals(false, bursts(1).trace().equals(bursts(2).trace()));
    }

    private static Outcome bursts(long seed) {
        SimulatedHost host = Schedules.borrowedVirtualTime(2);
        for (int domain = 0; domain < 5; domain++) {
            host.add("burst", SHARE, new Behaviour.Bursty(3 * MS, 4 * MS, seed + domain));
        }
        return host.run(1000 * MS);
    }

    @Test
    void aDomainIsOfflineBeforeItComesAndAfterItHasGone() {
        SimulatedHost host = Schedules.roundRobin(1);
        int domain = host.add("guest", SHARE, new Behaviour.Hog(), 30);
        host.removeAt(70, domain);

        Outcome outcome = host.run(100);

        assertEquals(60, outcome.domains().getFirst().runstates().time(Runstate.OFFLINE, 100));
        assertEquals(40, outcome.ran(domain));
    }

    @Test
    void thereIsRoomFor128Domains() {
        SimulatedHost host = Schedules.borrowedVirtualTime(4);
        for (int domain = 0; domain < SimulatedHost.MOST_DOMAINS; domain++) {
            Schedules.hog(host, 256);
        }
        assertThrows(IllegalStateException.class, () -> Schedules.hog(host, 256));
        Schedules.check(host.run(2000 * MS), "128 hogs");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "1, 1", "2, 2", "1, 2", "-5, -9"})
    void workThatDoesNotFitItsPeriodIsRefused(long period, long work) {
        assertThrows(IllegalArgumentException.class, () -> new Behaviour.Periodic(period, work));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1", "1, 9223372036854775807", "9223372036854775807, 1"})
    void burstsOutOfRangeAreRefused(long work, long sleep) {
        assertThrows(IllegalArgumentException.class, () -> new Behaviour.Bursty(work, sleep, 1));
    }

    @Test
    void noTimeAndTimesBeforeTheStartAreRefused() {
        SimulatedHost host = Schedules.roundRobin(1);
        assertThrows(IllegalArgumentException.class, () -> host.run(0));
        assertThrows(IllegalArgumentException.class, () -> host.run(-1));
        assertThrows(IllegalArgumentException.class, () -> host.add("x", SHARE, new Behaviour.Hog(), -1));
        assertThrows(IllegalArgumentException.class, () -> host.removeAt(-1, 0));
    }

    @Test
    void aPolicyThatRunsOneOnTwoCpusIsFoundOut() {
        SimulatedHost host = new SimulatedHost(2, (cpus, vcpus, timers) -> new Broken(timers, CpuTimers.NEVER));
        Schedules.hog(host, 256);
        assertThrows(IllegalStateException.class, () -> host.run(100));
    }

    @Test
    void aPolicyThatNeverSettlesIsFoundOut() {
        SimulatedHost host = new SimulatedHost(1, (cpus, vcpus, timers) -> new Broken(timers, 0));
        Schedules.hog(host, 256);
        assertThrows(IllegalStateException.class, () -> host.run(100));
    }

    /** Runs vCPU 0 everywhere. */
    private record Broken(CpuTimers timers, long next) implements Policy {
        @Override
        public void admit(int vcpu, Share share, long now) {}

        @Override
        public void dismiss(int vcpu, long now) {}

        @Override
        public void change(int vcpu, Share share, long now) {}

        @Override
        public void wake(int vcpu, long now) {
            timers.set(0, now);
            if (next != 0) {
                timers.set(1, now);
            }
        }

        @Override
        public void block(int vcpu, long now) {}

        @Override
        public int decide(int cpu, long now) {
            timers.set(cpu, next);
            return 0;
        }
    }
}
