package dev.lodge.vmm.domain;

import dev.lodge.linux.KernelRandom;
import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.HvmAbi;
import dev.lodge.vmm.abi.SchedAbi;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.boot.MemoryMap;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.hypercall.ControlBits;
import dev.lodge.vmm.hypercall.HvmParams;
import dev.lodge.vmm.hypercall.VcpuControl;
import dev.lodge.vmm.hypercall.Watchdogs;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.vcpu.PauseGate;
import dev.lodge.vmm.vcpu.VcpuHost;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A domain as its own vCPUs and their hypercalls have it: the hardware, event channels, grants, and what the guest has set.
 * Opposite it stands {@link DomainZeroSide}.
 */
final class GuestSide implements VcpuHost {

    /** Real Xen's tools allocate these two before anything else. */
    static final int STORE_PORT = 1;

    static final int CONSOLE_PORT = 2;

    private static final int MAX_GRANT_FRAMES = 64; // Xen's default

    private final int domid;
    private final DomainZero zero;
    private final UUID uuid = KernelRandom.uuid();
    private final HvmParams params = new HvmParams();
    private final PauseGate pauseGate = new PauseGate(this::isEnding);
    private final Hardware hardware;
    private final @Nullable KernelEvents kernelEvents;
    private final EventChannels events;
    private final SharedInfoPage sharedInfo;
    private final GrantTable grants;
    private final DomainEnd end;
    private final WatchdogTimer watchdog;
    private final EarlyConsole earlyConsole;
    private volatile boolean runstatesFlagged;

    /**
     * A domain that does not run yet.
     *
     * @param loop is not started either
     * @throws dev.lodge.vmm.BootException if it cannot be booted
     * @throws dev.lodge.linux.LinuxException if the host refuses something
     */
    GuestSide(
            int domid,
            String name,
            DomainZero zero,
            MachineConfig config,
            MemoryMap map,
            Timeline timeline,
            IoLoop loop) {
        this.domid = domid;
        this.zero = zero;
        MemorySegment firstSharedInfo = Arena.ofAuto().allocate(FrameNumber.FRAME_SIZE, FrameNumber.FRAME_SIZE);
        hardware = Hardware.assemble(config, map, timeline, this, zero.hypercalls(), loop);
        kernelEvents = hardware.route().knowsXen() ? hardware.kernelEvents(loop) : null;
        events = new EventChannels(
                domid, config.vcpus(), firstSharedInfo, hardware.vcpus()::upcall, zero::find, kernelEvents);
        sharedInfo = new SharedInfoPage(hardware, events, kernelEvents);
        grants = new GrantTable(
                domid,
                hardware.ram(),
                MAX_GRANT_FRAMES,
                new FrameNumber(BootLayout.CONSOLE_FRAME),
                new FrameNumber(BootLayout.XENSTORE_FRAME),
                zero::findGrants);
        hardware.reservation().pinnedBy(this::isPinned);
        end = new DomainEnd(name, hardware.vcpus(), events.waiters(), pauseGate);
        watchdog = new WatchdogTimer(loop, () -> shutdown(SchedAbi.SHUTDOWN_watchdog));
        earlyConsole = new EarlyConsole(config.earlyConsole(), loop);
        setUpSharedPages();
    }

    private void setUpSharedPages() {
        events.allocUnbound(0); // STORE_PORT
        events.allocUnbound(0); // CONSOLE_PORT
        params.set(HvmAbi.HVM_PARAM_STORE_PFN, BootLayout.XENSTORE_FRAME);
        params.set(HvmAbi.HVM_PARAM_STORE_EVTCHN, STORE_PORT);
        params.set(HvmAbi.HVM_PARAM_CONSOLE_PFN, BootLayout.CONSOLE_FRAME);
        params.set(HvmAbi.HVM_PARAM_CONSOLE_EVTCHN, CONSOLE_PORT);
        params.set(HvmAbi.HVM_PARAM_PAE_ENABLED, 1);
        sharedInfo.setClocks();
    }

    /** Whether Domain 0, or events, still use a frame that the guest's balloon gives back. */
    private boolean isPinned(long frame) {
        return grants.isPinned(frame) || events.places().occupies(hardware.ram().frame(new FrameNumber(frame)));
    }

    SharedInfoPage sharedInfo() {
        return sharedInfo;
    }

    DomainEnd end() {
        return end;
    }

    Hardware hardware() {
        return hardware;
    }

    UUID uuid() {
        return uuid;
    }

    EarlyConsole earlyConsole() {
        return earlyConsole;
    }

    /** Stops listening to KVM's events and the watchdog's clock. After the vCPUs' threads and the loop have ended. */
    void closeEvents() {
        if (kernelEvents != null) {
            kernelEvents.close();
        }
        watchdog.close();
    }

    /** Frees all that the guest had. After Domain 0 has let go of it. */
    void close() {
        events.destroy();
        grants.destroy();
        hardware.close();
    }

    // How it ends, and how it is held.

    @Override
    public boolean isEnding() {
        return end.isComing();
    }

    @Override
    public void shutdown(int reason) {
        end.shutdown(reason);
    }

    @Override
    public void setShutdownCode(int reason) {
        end.setCode(reason);
    }

    @Override
    public Watchdogs watchdogs() {
        return watchdog.watchdogs();
    }

    @Override
    public void crash(String reason) {
        end.crash(reason);
    }

    @Override
    public void failed(Throwable failure) {
        end.failed(failure);
    }

    @Override
    public boolean isPaused() {
        return pauseGate.isShut();
    }

    @Override
    public PauseGate pauseGate() {
        return pauseGate;
    }

    // What it is made of.

    @Override
    public int domid() {
        return domid;
    }

    @Override
    public byte[] handle() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    @Override
    public boolean isDomain(int number) {
        return zero.find(number) != null;
    }

    @Override
    public int vcpuCount() {
        return hardware.vcpus().size();
    }

    @Override
    public @Nullable VcpuControl vcpu(int number) {
        return hardware.vcpus().find(number);
    }

    @Override
    public ControlBits controlBits() {
        return hardware.controlBits();
    }

    @Override
    public GuestRam memory() {
        return hardware.ram();
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
    public boolean addFrame(FrameNumber frame) {
        return hardware.addFrame(frame);
    }

    @Override
    public EventChannels events() {
        return events;
    }

    @Override
    public GuestWidth width() {
        return sharedInfo.width();
    }

    @Override
    public void setWidth(GuestWidth guest) {
        sharedInfo.setWidth(guest);
    }

    @Override
    public void placeSharedInfo(FrameNumber frame) {
        sharedInfo.place(frame);
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
    public HvmParams params() {
        return params;
    }

    @Override
    public void setCallbackVector(int vector) {
        hardware.setCallbackVector(vector);
    }

    @Override
    public SystemTime time() {
        return hardware.time();
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
    public void emergencyConsole(MemorySegment bytes) {
        earlyConsole.write(bytes);
    }

    @Override
    public void earlyConsole(byte value) {
        earlyConsole.write(value);
    }
}
