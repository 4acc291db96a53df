package dev.lodge.vmm.domain;

import dev.lodge.linux.Clock;
import dev.lodge.linux.ClockWatch;
import dev.lodge.linux.KernelRandom;
import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.Statistics;
import dev.lodge.vmm.abi.HvmAbi;
import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.hypercall.HvmParams;
import dev.lodge.vmm.hypercall.VcpuControl;
import dev.lodge.vmm.hypercall.Watchdogs;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.store.StoreView;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.vcpu.PauseGate;
import dev.lodge.vmm.vcpu.Vcpu;
import dev.lodge.vmm.vcpu.VcpuHost;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
public final class Machine implements VcpuHost, AutoCloseable {

    /** Real Xen's tools allocate these two before anything else. */
    static final int STORE_PORT = 1;

    static final int CONSOLE_PORT = 2;

    private static final int NO_CODE = -1;
    private static final int MAX_GRANT_FRAMES = 64; // Xen's default
    private static final long DRAIN_LIMIT_NANOS = 2_000_000_000;

    private final int domid;
    private final String name;
    private final UUID uuid = KernelRandom.uuid();
    private final DomainZero zero;
    private final MachineConfig config;
    private final Timeline timeline = new Timeline();
    private final HvmParams params = new HvmParams();
    private final AtomicInteger shutdownCode = new AtomicInteger(NO_CODE);
    private final IoLoop loop;
    private final @Nullable KernelEvents kernelEvents;
    private final ClockWatch clockWatch;
    private final WatchdogTimer watchdog;
    private final EventChannels events;
    private final AtomicReference<@Nullable Shutdown> shutdown = new AtomicReference<>();
    private final PauseGate pauseGate = new PauseGate(this::isEnding);
    private final CountDownLatch drained = new CountDownLatch(1);
    private final Hardware hardware;
    private final GrantTable grants;
    private final DomainZeroSide backends;
    private final EarlyConsole earlyConsole;

    private volatile Statistics.@Nullable Counts countsAtInit;
    private volatile boolean runstatesFlagged;
    private boolean closed;

    private Machine(DomainZero zero, MachineConfig config, MemoryMap map, int domid) {
        this.zero = zero;
        this.config = config;
        this.domid = domid;
        name = config.name() == null ? "domain-" + domid : config.name();
        MemorySegment firstSharedInfo = Arena.ofAuto().allocate(FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
        loop = new IoLoop("d" + domid + "io", this::handlerFailed);
        clockWatch = ClockWatch.create();
        loop.onReadable(clockWatch.fd(), this::clockJumped);
        watchdog = new WatchdogTimer(loop, () -> shutdown(SchedAbi.SHUTDOWN_watchdog));
        try {
            hardware = Hardware.assemble(config, map, timeline, this, zero.hypercalls(), loop);
        } catch (RuntimeException | Error refused) {
            loop.close();
            watchdog.close();
            clockWatch.close();
            throw refused;
        }
        kernelEvents = hardware.route().knowsXen() ? hardware.kernelEvents(loop) : null;
        events = new EventChannels(domid, config.vcpus(), firstSharedInfo, this::upcall, zero::find, kernelEvents);
        grants = new GrantTable(
                domid,
                hardware.ram(),
                MAX_GRANT_FRAMES,
                new FrameNumber(BootLayout.CONSOLE_FRAME),
                new FrameNumber(BootLayout.XENSTORE_FRAME),
                zero::findGrants);
        hardware.reservation().pinnedBy(this::isPinned);
        earlyConsole = new EarlyConsole(config.earlyConsole(), loop);
        setUpSharedPages(firstSharedInfo);
        zero.register(domid, events);
        zero.register(domid, grants);
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

    private void setUpSharedPages(MemorySegment sharedInfo) {
        events.allocUnbound(0); // STORE_PORT
        events.allocUnbound(0); // CONSOLE_PORT
        params.set(HvmAbi.HVM_PARAM_STORE_PFN, BootLayout.XENSTORE_FRAME);
        params.set(HvmAbi.HVM_PARAM_STORE_EVTCHN, STORE_PORT);
        params.set(HvmAbi.HVM_PARAM_CONSOLE_PFN, BootLayout.CONSOLE_FRAME);
        params.set(HvmAbi.HVM_PARAM_CONSOLE_EVTCHN, CONSOLE_PORT);
        params.set(HvmAbi.HVM_PARAM_PAE_ENABLED, 1);
        hardware.time().publishWallClock(sharedInfo, Clock.realtimeNanos());
        for (int vcpu = 0; vcpu < config.vcpus(); vcpu++) {
            hardware.time().publish(events.places().vcpuInfo(vcpu));
        }
    }

    /** Whether Domain 0, or events, still use a frame that the guest's balloon gives back. */
    private boolean isPinned(long frame) {
        return grants.isPinned(frame) || events.places().occupies(hardware.ram().frame(new FrameNumber(frame)));
    }

    private void run() {
        loop.start();
        timeline.mark(Timeline.FIRST_INSTRUCTION);
        for (Vcpu vcpu : hardware.vcpus()) {
            vcpu.start();
        }
    }

    /** The host's time of day was set, or the host slept: system time goes on, and the wall clock is another. */
    private void clockJumped() {
        if (!clockWatch.hasJumped()) {
            return;
        }
        if (kernelEvents == null) {
            hardware.time().publishWallClock(events.places().sharedInfo(), Clock.realtimeNanos());
        } else {
            kernelEvents.renewWallClock();
        }
    }

    // How it ends.

    /** Ends the domain, if it has not been ended: the first reason counts. */
    public void end(Shutdown why) {
        if (shutdown.compareAndSet(null, why)) {
            for (Vcpu vcpu : hardware.vcpus()) {
                vcpu.kick();
            }
            events.waiters().wake();
            pauseGate.wake();
        }
    }

    /**
     * Holds all vCPUs outside the guest, and returns when they are. Nothing happens if the domain is paused or ending.
     * What others do to the guest meanwhile, such as events, it finds when it is resumed; its clock goes on.
     */
    public void pause() throws InterruptedException {
        pauseGate.shut();
        for (Vcpu vcpu : hardware.vcpus()) {
            vcpu.leaveGuest();
        }
        events.waiters().wake();
        pauseGate.awaitWaiting(config.vcpus());
    }

    /** Lets the vCPUs go on. */
    public void resume() {
        pauseGate.open();
    }

    @Override
    public boolean flagRunstates(boolean flagged) {
        if (kernelEvents != null && !kernelEvents.flagRunstates(flagged)) {
            return false;
        }
        runstatesFlagged = flagged;
        return true;
    }

    @Override
    public boolean isRunstateFlagged() {
        return runstatesFlagged;
    }

    @Override
    public boolean isPaused() {
        return pauseGate.isShut();
    }

    @Override
    public PauseGate pauseGate() {
        return pauseGate;
    }

    /** How it ended, or is about to; null while it runs. */
    public @Nullable Shutdown shutdown() {
        return shutdown.get();
    }

    @Override
    public boolean isEnding() {
        return shutdown.get() != null;
    }

    @Override
    public void setShutdownCode(int reason) {
        shutdownCode.compareAndSet(NO_CODE, reason);
    }

    @Override
    public Watchdogs watchdogs() {
        return watchdog.watchdogs();
    }

    @Override
    public void shutdown(int reason) {
        int code = shutdownCode.get();
        Shutdown.Reason why =
                switch (code == NO_CODE ? reason : code) {
                    case 0 -> Shutdown.Reason.POWEROFF;
                    case 1 -> Shutdown.Reason.REBOOT;
                    case 2 -> Shutdown.Reason.SUSPEND;
                    case 4 -> Shutdown.Reason.WATCHDOG;
                    case 5 -> Shutdown.Reason.SOFT_RESET;
                    default -> Shutdown.Reason.CRASH;
                };
        end(why == Shutdown.Reason.CRASH ? new Shutdown(why, "", registersHere()) : Shutdown.of(why));
    }

    @Override
    public void crash(String reason) {
        end(new Shutdown(Shutdown.Reason.CRASH, reason, registersHere()));
    }

    @Override
    public void failed(Throwable failure) {
        LoggerFactory.getLogger(Machine.class).error("{} failed", name, failure);
        end(new Shutdown(Shutdown.Reason.FAILED, failure.toString(), registersHere()));
    }

    /** Of the vCPU whose thread this is; null on another. */
    private @Nullable RegisterDump registersHere() {
        for (Vcpu vcpu : hardware.vcpus()) {
            if (vcpu.isCurrentThread()) {
                return vcpu.registersHere();
            }
        }
        return null;
    }

    /** The registers of all vCPUs, each stopped for a moment. */
    public List<RegisterDump> registers() throws InterruptedException {
        List<RegisterDump> all = new ArrayList<>();
        for (Vcpu vcpu : hardware.vcpus()) {
            all.add(vcpu.registers());
        }
        return all;
    }

    private void handlerFailed(Throwable failure) {
        if (failure instanceof GuestFault fault) {
            crash(String.valueOf(fault.getMessage()));
        } else {
            failed(failure);
        }
    }

    /**
     * Waits until the domain has ended and what it wrote to its consoles is taken, or is not taken for two seconds.
     *
     * @param nanos how long at most
     * @return how it ended, or null if it has not
     */
    public @Nullable Shutdown await(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        for (Vcpu vcpu : hardware.vcpus()) {
            if (!vcpu.join(nanos == Long.MAX_VALUE ? nanos : deadline - System.nanoTime())) {
                return null;
            }
        }
        timeline.mark(Timeline.ENDED);
        backends.drain(drained::countDown);
        boolean settled = drained.await(DRAIN_LIMIT_NANOS, TimeUnit.NANOSECONDS);
        if (!settled) {
            LoggerFactory.getLogger(Machine.class).debug("{}: output is left that nobody takes", name);
        }
        return shutdown.get();
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
        hardware.joinVcpus();
        loop.close();
        if (kernelEvents != null) {
            kernelEvents.close();
        }
        watchdog.close();
        clockWatch.close();
        backends.close();
        events.destroy();
        grants.destroy();
        hardware.close();
        zero.release(domid);
    }

    // What it is made of.

    public String name() {
        return name;
    }

    @Override
    public int domid() {
        return domid;
    }

    @Override
    public boolean isDomain(int number) {
        return zero.find(number) != null;
    }

    @Override
    public int vcpuCount() {
        return config.vcpus();
    }

    @Override
    public @Nullable VcpuControl vcpu(int number) {
        return number >= 0 && number < config.vcpus() ? hardware.vcpus()[number] : null;
    }

    @Override
    public GuestRam memory() {
        return hardware.ram();
    }

    @Override
    public boolean addFrame(FrameNumber frame) {
        return hardware.addFrame(frame);
    }

    @Override
    public EventChannels events() {
        return events;
    }

    @Override
    public void placeSharedInfo(FrameNumber frame) {
        events.places().placeSharedInfo(hardware.ram().frame(frame), () -> {
            if (kernelEvents != null) {
                kernelEvents.sharedInfoAt(frame);
                hardware.placeVcpuInfos(frame, events);
            }
        });
    }

    @Override
    public GrantTable grants() {
        return grants;
    }

    @Override
    public @Nullable GrantTable grantsOf(int number) {
        return zero.findGrants(number);
    }

    @Override
    public SystemTime time() {
        return hardware.time();
    }

    @Override
    public HvmParams params() {
        return params;
    }

    @Override
    public byte[] handle() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    UUID uuid() {
        return uuid;
    }

    @Override
    public byte[] memoryMap() {
        return hardware.memoryMap();
    }

    @Override
    public Reservation reservation() {
        return hardware.reservation();
    }

    @Override
    public void emergencyConsole(MemorySegment bytes) {
        earlyConsole.write(bytes);
    }

    @Override
    public void earlyConsole(byte value) {
        earlyConsole.write(value);
    }

    boolean isEarlyConsoleDrained() {
        earlyConsole.pass();
        return earlyConsole.isDrained();
    }

    /** Asks the guest to have its first vCPUs on line and no others, by xenstore. */
    public void setOnlineVcpus(int count) {
        if (count < 1 || count > config.vcpus()) {
            throw new IllegalArgumentException(
                    "a domain with at most " + config.vcpus() + " CPUs cannot have " + count + " on line");
        }
        DomainNodes.setOnline(store(), domid, config.vcpus(), count);
    }

    /** Asks the guest's balloon for a size, by xenstore. */
    public void setMemoryTarget(long bytes) {
        if (bytes < DomainNodes.KIB || bytes > config.memory()) {
            throw new IllegalArgumentException(
                    "a domain started with " + config.memory() + " bytes of memory cannot have " + bytes);
        }
        store().write(DomainNodes.home(domid) + "/memory/target", Long.toString(bytes / DomainNodes.KIB));
    }

    /** A bell for what another back end of Domain 0 does when its event channel rings; on the domain's I/O thread. */
    public IoLoop.Bell bell(IoLoop.Handler handler) {
        return loop.bell(handler);
    }

    /** Domain 0's view of xenstore. */
    public StoreView store() {
        return backends.store();
    }

    private void upcall(int vcpu) {
        hardware.vcpus()[vcpu].upcall();
    }

    void reachedInit() {
        countsAtInit = counts();
    }

    private Statistics.Counts counts() {
        return StatisticsCounter.count(hardware.vcpus(), events);
    }

    /** What it has cost so far. */
    public Statistics statistics() {
        return new Statistics(
                counts(), countsAtInit, timeline.events(), hardware.route().name());
    }
}
