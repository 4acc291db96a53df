package dev.lodge.vmm.domain;

import dev.lodge.linux.ClockWatch;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.store.StoreView;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A domain: its parts, and how it lives and ends.
 *
 * <pre>
 *   start: assembled, then running
 *   running --shutdown, crash, destroy, our failure: whichever is first--> ending: vCPUs are kicked out of the guest
 *   ending  --vCPUs' threads have ended, consoles are drained------------> ended:  await returns
 *   close   --ended, or ending is not waited for-------------------------> gone:   nothing of it is left
 * </pre>
 *
 * <p>Threads: one for each vCPU, one for I/O ({@code d1io}). What is here may be called by any of them and by others.
 */
public final class Machine implements AutoCloseable {

    private static final long DRAIN_LIMIT_NANOS = 2_000_000_000;

    private final String name;
    private final DomainZero zero;
    private final MachineConfig config;
    private final Timeline timeline = new Timeline();
    private final IoLoop loop;
    private final ClockWatch clockWatch;
    private final GuestSide guest;
    private final DomainZeroSide backends;
    private final CountDownLatch drained = new CountDownLatch(1);

    private volatile Statistics.@Nullable Counts countsAtInit;
    private boolean closed;

    private Machine(DomainZero zero, MachineConfig config, MemoryMap map, int domid) {
        this.zero = zero;
        this.config = config;
        name = config.name() == null ? "domain-" + domid : config.name();
        loop = new IoLoop("d" + domid + "io", this::handlerFailed);
        clockWatch = ClockWatch.create();
        loop.onReadable(clockWatch.fd(), this::clockJumped);
        try {
            guest = new GuestSide(domid, name, zero, config, map, timeline, loop);
        } catch (RuntimeException | Error refused) {
            loop.close();
            clockWatch.close();
            throw refused;
        }
        zero.register(domid, guest.events());
        zero.register(domid, guest.grants());
        backends = new DomainZeroSide(this, zero, config, timeline, loop);
    }

    /**
     * Builds a domain and lets it run.
     *
     * @throws dev.lodge.vmm.BootException if it cannot be booted
     * @throws dev.lodge.linux.LinuxException if the host refuses something
     */
    public static Machine start(DomainZero zero, MachineConfig config) {
        MemoryMap map = MemoryMap.of(config.memory());
        int domid = zero.allocateDomid();
        Machine machine;
        try {
            machine = new Machine(zero, config, map, domid);
        } catch (RuntimeException | Error refused) {
            zero.release(domid);
            throw refused;
        }
        machine.run();
        return machine;
    }

    private void run() {
        loop.start();
        timeline.mark(Timeline.FIRST_INSTRUCTION);
        vcpus().start();
    }

    /** The host's time of day was set, or the host slept: system time goes on, and the wall clock is another. */
    private void clockJumped() {
        if (clockWatch.hasJumped()) {
            guest.sharedInfo().renewWallClock();
        }
    }

    private void handlerFailed(Throwable failure) {
        guest.end().handlerFailed(failure);
    }

    /**
     * Holds all vCPUs outside the guest, and returns when they are. Nothing happens if the domain is paused or ending.
     * What others do to the guest meanwhile, such as events, it finds when it is resumed; its clock goes on.
     */
    public void pause() throws InterruptedException {
        guest.pauseGate().shut();
        vcpus().leaveGuest();
        guest.events().waiters().wake();
        guest.pauseGate().awaitWaiting(vcpus().size());
    }

    /** Lets the vCPUs go on. */
    public void resume() {
        guest.pauseGate().open();
    }

    /** Whether it is held, or about to be. */
    public boolean isPaused() {
        return guest.isPaused();
    }

    // How it ends.

    /** Ends the domain, if it has not been ended: the first reason counts. */
    public void end(Shutdown why) {
        guest.end().end(why);
    }

    /** How it ended, or is about to; null while it runs. */
    public @Nullable Shutdown shutdown() {
        return guest.end().reason();
    }

    /**
     * Waits until the domain has ended and what it wrote to its consoles is taken, or is not taken for two seconds.
     *
     * @param nanos how long at most
     * @return how it ended, or null if it has not
     */
    public @Nullable Shutdown await(long nanos) throws InterruptedException {
        if (!vcpus().join(nanos)) {
            return null;
        }
        timeline.mark(Timeline.ENDED);
        backends.drain(drained::countDown);
        boolean settled = drained.await(DRAIN_LIMIT_NANOS, TimeUnit.NANOSECONDS);
        if (!settled) {
            LoggerFactory.getLogger(Machine.class).debug("{}: output is left that nobody takes", name);
        }
        return shutdown();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        end(Shutdown.of(Shutdown.Reason.DESTROYED));
        vcpus().joinAll();
        loop.close();
        guest.closeEvents();
        clockWatch.close();
        backends.close();
        guest.close();
        zero.release(domid());
    }

    // What it is made of.

    public String name() {
        return name;
    }

    public int domid() {
        return guest.domid();
    }

    UUID uuid() {
        return guest.uuid();
    }

    GuestRam memory() {
        return guest.memory();
    }

    public EventChannels events() {
        return guest.events();
    }

    GrantTable grants() {
        return guest.grants();
    }

    /** Which frames of its RAM the domain has. */
    public Reservation reservation() {
        return guest.reservation();
    }

    boolean isEarlyConsoleDrained() {
        guest.earlyConsole().pass();
        return guest.earlyConsole().isDrained();
    }

    private VcpuGroup vcpus() {
        return guest.hardware().vcpus();
    }

    /** A bell for what another back end of Domain 0 does when its event channel rings; on the domain's I/O thread. */
    public IoLoop.Bell bell(IoLoop.Handler handler) {
        return loop.bell(handler);
    }

    /** Domain 0's view of xenstore. */
    public StoreView store() {
        return backends.store();
    }

    /** Asks the guest to have its first vCPUs on line and no others, by xenstore. */
    public void setOnlineVcpus(int count) {
        if (count < 1 || count > config.vcpus()) {
            throw new IllegalArgumentException(
                    "a domain with at most " + config.vcpus() + " CPUs cannot have " + count + " on line");
        }
        DomainNodes.setOnline(store(), domid(), config.vcpus(), count);
    }

    /** Asks the guest's balloon for a size, by xenstore. */
    public void setMemoryTarget(long bytes) {
        if (bytes < DomainNodes.KIB || bytes > config.memory()) {
            throw new IllegalArgumentException(
                    "a domain started with " + config.memory() + " bytes of memory cannot have " + bytes);
        }
        store().write(DomainNodes.home(domid()) + "/memory/target", Long.toString(bytes / DomainNodes.KIB));
    }

    /** The registers of all vCPUs, each stopped for a moment. */
    public List<RegisterDump> registers() throws InterruptedException {
        return vcpus().registers();
    }

    void reachedInit() {
        countsAtInit = counts();
    }

    private Statistics.Counts counts() {
        return StatisticsCounter.count(vcpus().counts(), events());
    }

    /** What it has cost so far. */
    public Statistics statistics() {
        return new Statistics(
                counts(),
                countsAtInit,
                timeline.events(),
                guest.hardware().route().name());
    }
}
