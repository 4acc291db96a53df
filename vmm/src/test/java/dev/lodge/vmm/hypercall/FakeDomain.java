package dev.lodge.vmm.hypercall;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestAddress;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.RunstateInfo;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.event.FakeGuest;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.time.Pvclock;
import dev.lodge.vmm.time.SystemTime;
import dev.lodge.vmm.time.TscScale;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A domain with a megabyte of RAM and vCPUs that only note what is asked of them. */
public class FakeDomain implements GuestDomain {

    public static final int DOMID = 1;
    static final long RAM_SIZE = 1 << 20;
    static final int MAX_GRANT_FRAMES = 4;
    static final int CONSOLE_FRAME = 0xfe;
    static final int XENSTORE_FRAME = 0xff;
    static final byte[] HANDLE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    public final MemorySegment ram = Arena.ofAuto().allocate(RAM_SIZE, 4096);
    public final List<Integer> interrupts = new ArrayList<>();
    public final List<Integer> shutdowns = new ArrayList<>();
    final List<Integer> shutdownCodes = new ArrayList<>();
    final Watchdogs watchdogs = new Watchdogs(() -> {});
    public final ByteArrayOutputStream emergency = new ByteArrayOutputStream();
    final List<FakeVcpu> vcpus = new ArrayList<>();
    final MemorySegment sharedInfo = FakeGuest.frame();
    private final long built = System.nanoTime() - 1_000_000_000;
    final SystemTime time = new SystemTime(() -> System.nanoTime() - built, new Pvclock(0, TscScale.of(2_000_000)));
    final HvmParams params = new HvmParams();
    int callbackVector;
    final byte[] memoryMap = new byte[3 * 20];
    private final GuestRam memory = new GuestRam(List.of(new GuestRam.Region(0, ram)));
    private final EventChannels events;
    private final GrantTable grants = new GrantTable(
            DOMID,
            memory,
            MAX_GRANT_FRAMES,
            new FrameNumber(CONSOLE_FRAME),
            new FrameNumber(XENSTORE_FRAME),
            this::grantsOf);

    /** Domain 2's. */
    public final MemorySegment othersRam = MemorySegment.ofArray(new long[(int) (RAM_SIZE / Long.BYTES)]);

    final GrantTable othersGrants = new GrantTable(
            2,
            new GuestRam(List.of(new GuestRam.Region(0, othersRam))),
            MAX_GRANT_FRAMES,
            new FrameNumber(CONSOLE_FRAME),
            new FrameNumber(XENSTORE_FRAME),
            this::grantsOf);

    private final Reservation reservation = new Reservation(
            new Reservation.Range[] {new Reservation.Range(0, RAM_SIZE / 4096)},
            RAM_SIZE / 4096 - 1,
            RAM_SIZE / 4096,
            (address, bytes) -> ram.asSlice(address, bytes).fill((byte) 0));
    ControlBits controlBits = new ControlBits(-1, -1);
    volatile boolean ending;
    volatile boolean paused;
    volatile boolean runstatesFlagged;

    /** Notes what is asked of a vCPU, as text. */
    static final class FakeVcpu implements VcpuControl, VcpuUpkeep {
        final List<String> calls = new ArrayList<>();
        Runnable whenGivingWay = () -> {};
        final List<StartState> initialised = new ArrayList<>();
        boolean up;

        @Override
        public void setUpcallVector(int vector) {
            calls.add("vector " + vector);
        }

        @Override
        public VcpuUpkeep upkeep() {
            return this;
        }

        @Override
        public void setTimer(long systemTime) {
            calls.add("timer " + systemTime);
        }

        @Override
        public void timerBound(int port) {
            calls.add("timer bound to " + port);
        }

        @Override
        public void vcpuInfoPlaced(GuestAddress address) {
            calls.add("vcpu_info at " + address);
        }

        @Override
        public void keepTimeRecord(GuestAddress address) {
            calls.add("time record at " + address);
        }

        @Override
        public void keepRunstate(long linear, long physical) {
            calls.add("runstate at 0x" + Long.toHexString(linear) + ", 0x" + Long.toHexString(physical));
        }

        @Override
        public void runstate(MemorySegment into) {
            into.asSlice(0, RunstateInfo.SIZE).fill((byte) 0x5a);
        }

        @Override
        public void stopTimer() {
            calls.add("stop timer");
        }

        @Override
        public void setPeriodicTimer(long nanos) {
            calls.add("periodic " + nanos);
        }

        @Override
        public long initialise(StartState state, BooleanSupplier goesOn) {
            initialised.add(state);
            return 0;
        }

        @Override
        public boolean isStarted() {
            return up || !initialised.isEmpty();
        }

        @Override
        public boolean isUp() {
            return up;
        }

        @Override
        public void goDown() {
            calls.add("down");
        }

        @Override
        public void comeUp() {
            calls.add("up");
        }

        @Override
        public void halt() {
            calls.add("halt");
        }

        @Override
        public void giveWay() {
            whenGivingWay.run();
        }
    }

    public FakeDomain(int vcpuCount) {
        for (int i = 0; i < vcpuCount; i++) {
            vcpus.add(new FakeVcpu());
        }
        events = new EventChannels(DOMID, vcpuCount, sharedInfo, interrupts::add, number -> null);
        for (int i = 0; i < memoryMap.length; i++) {
            memoryMap[i] = (byte) (i + 1);
        }
    }

    @Override
    public int domid() {
        return DOMID;
    }

    /** Domain 2 is there, too. */
    @Override
    public boolean isDomain(int domid) {
        return domid == DOMID || domid == 2;
    }

    @Override
    public int vcpuCount() {
        return vcpus.size();
    }

    @Override
    public @Nullable VcpuControl vcpu(int number) {
        return number >= 0 && number < vcpus.size() ? vcpus.get(number) : null;
    }

    @Override
    public ControlBits controlBits() {
        return controlBits;
    }

    @Override
    public GuestRam memory() {
        return memory;
    }

    /** Frames at 0x100 to 0x1ff, behind the RAM, can be added. */
    @Override
    public boolean addFrame(FrameNumber frame) {
        long number = frame.value();
        if (number >= RAM_SIZE / 4096 && number < 2 * RAM_SIZE / 4096 && !memory.contains(number * 4096, 4096)) {
            memory.add(new GuestRam.Region(number * 4096, FakeGuest.frame()));
        }
        return number >= 0 && number < 2 * RAM_SIZE / 4096;
    }

    @Override
    public EventChannels events() {
        return events;
    }

    @Override
    public GrantTable grants() {
        return grants;
    }

    @Override
    public @Nullable GrantTable grantsOf(int domid) {
        return domid == DOMID ? grants : domid == 2 ? othersGrants : null;
    }

    @Override
    public SystemTime time() {
        return time;
    }

    @Override
    public void setCallbackVector(int vector) {
        callbackVector = vector;
    }

    @Override
    public HvmParams params() {
        return params;
    }

    @Override
    public byte[] handle() {
        return HANDLE;
    }

    @Override
    public byte[] memoryMap() {
        return memoryMap;
    }

    @Override
    public Reservation reservation() {
        return reservation;
    }

    @Override
    public void shutdown(int reason) {
        shutdowns.add(reason);
        ending = true;
    }

    @Override
    public GuestWidth width() {
        return events.places().width();
    }

    @Override
    public void setWidth(GuestWidth guest) {
        events.places().setWidth(guest, () -> {});
    }

    @Override
    public void placeSharedInfo(FrameNumber frame) {
        events.places().placeSharedInfo(memory.frame(frame), () -> {});
    }

    @Override
    public boolean flagRunstates(boolean flagged) {
        runstatesFlagged = flagged;
        return true;
    }

    @Override
    public boolean isRunstateFlagged() {
        return runstatesFlagged;
    }

    /** Pauses it, or no more, as far as others see. */
    public void pause(boolean now) {
        paused = now;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public void setShutdownCode(int reason) {
        shutdownCodes.add(reason);
    }

    @Override
    public Watchdogs watchdogs() {
        return watchdogs;
    }

    @Override
    public boolean isEnding() {
        return ending;
    }

    @Override
    public void emergencyConsole(MemorySegment bytes) {
        emergency.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
