package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.RunstateInfo.vcpu_runstate_info;

import dev.lodge.kvm.VcpuKicker;
import dev.lodge.rings.GuestAddress;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.abi.RunstateInfo;
import dev.lodge.vmm.abi.VcpuInfo;
import dev.lodge.vmm.abi.XenErrno;
import dev.lodge.vmm.hypercall.GuestDomain;
import dev.lodge.vmm.hypercall.VcpuUpkeep;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestCopy;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What is kept for a vCPU: its timers, the time records that the guest reads, and its runstate. KVM does all of it where it
 * knows Xen, and is told here what for.
 *
 * <p>Any of the domain's vCPU threads may ask; what says so is for the vCPU's own.
 */
final class Upkeep implements VcpuUpkeep, AutoCloseable {

    private static final long RUNSTATE_INTERVAL = 10_000_000; // ns; to ask the host's scheduler costs some microseconds

    private final GuestDomain domain;
    private final GuestRam ram;
    private final GuestCopy guest;
    private final @Nullable KernelAssist assist;
    private final VcpuKicker kicker;
    private final VcpuWaker.Sleeper poller;
    private volatile boolean hears;
    private final VcpuTimer timer;
    private final RunstateAccount runstate = new RunstateAccount();
    private final MemorySegment record = Arena.ofAuto().allocate(RunstateInfo.SIZE, Long.BYTES);

    private volatile @Nullable Thread thread;
    private volatile long runstateArea; // linear; 0 while the guest wants none, or KVM keeps it
    private long runstateWritten; // of the own thread

    /**
     * For a vCPU that no thread runs yet.
     *
     * @param assist null where KVM does not know Xen
     */
    Upkeep(
            int vcpu,
            GuestDomain domain,
            GuestRam ram,
            GuestCopy guest,
            IoLoop loop,
            @Nullable KernelAssist assist,
            VcpuKicker kicker) {
        this.domain = domain;
        this.ram = ram;
        this.guest = guest;
        this.assist = assist;
        this.kicker = kicker;
        poller = kicker::kick;
        timer = new VcpuTimer(domain, vcpu, loop);
    }

    /** The calling thread is the vCPU's. */
    void begin() {
        thread = Thread.currentThread();
        runstate.begin();
    }

    /** The vCPU runs, for the first time or again. */
    void online() {
        runstate.online(domain.time().now());
        if (assist != null && !hears) {
            VcpuWaker.POLLS.add(poller);
        }
    }

    /** The vCPU is held. */
    void offline() {
        runstate.offline(domain.time().now());
    }

    void upcallVector(int vector) {
        if (assist != null) {
            assist.upcallVector(vector);
            tellKernelSoon();
        }
    }

    /** Whether interrupts tell the vCPU of events, so that it need not poll for them. */
    void hearsOfEvents(boolean told) {
        hears = told;
        if (told) {
            VcpuWaker.POLLS.remove(poller);
        }
    }

    @Override
    public void setTimer(long systemTime) {
        timer.set(systemTime);
        writeRunstate();
    }

    @Override
    public void stopTimer() {
        timer.stop();
    }

    @Override
    public void setPeriodicTimer(long nanos) {
        timer.setPeriodic(nanos);
    }

    @Override
    public void timerBound(int port) {
        if (assist != null) {
            assist.timerPort(port);
            tellKernelSoon();
        }
    }

    @Override
    public void vcpuInfoPlaced(GuestAddress address) {
        if (assist == null) {
            domain.time().publish(ram.slice(address, VcpuInfo.SIZE));
        } else {
            assist.vcpuInfoAt(address.value());
            tellKernelSoon();
        }
    }

    @Override
    public void keepTimeRecord(GuestAddress address) {
        if (assist == null) {
            domain.time().publishRecord(ram.slice(address, VcpuInfo.SIZEOF_time));
        } else {
            assist.timeRecordAt(address.value());
            tellKernelSoon();
        }
    }

    @Override
    public void keepRunstate(long linear, long physical) {
        if (assist != null && physical != NOWHERE) {
            assist.runstateAt(physical);
            tellKernelSoon();
        } else {
            runstateArea = linear;
            if (isOwnThread()) {
                runstateWritten = 0;
                writeRunstate();
            }
        }
    }

    @Override
    public void runstate(MemorySegment into) {
        runstate.write(into, domain.time());
    }

    /** Brings the guest's record of its runstate up to date, if that is old. On the own thread, in a hypercall. */
    private void writeRunstate() {
        long area = runstateArea;
        if (area == 0 || !isOwnThread()) {
            return;
        }
        long now = System.nanoTime();
        if (runstateWritten != 0 && now - runstateWritten < RUNSTATE_INTERVAL) {
            return;
        }
        runstateWritten = now;
        GuestWidth width = domain.width();
        runstate.write(record, domain.time());
        if (width == GuestWidth.BITS_32) {
            vcpu_runstate_info.narrow(record);
        }
        try {
            if (domain.isRunstateFlagged()) {
                writeFlagged(area, width);
            } else {
                guest.to(area, record, 0, vcpu_runstate_info.size(width));
            }
        } catch (XenErrno unreachableNow) {
            // As with Xen: the guest may map it again.
        }
    }

    /** Other CPUs of the guest that read meanwhile find the flag set, and try again. */
    private void writeFlagged(long area, GuestWidth width) {
        int flagged = vcpu_runstate_info.offset(width, RunstateInfo.state_entry_time);
        long entered = record.get(ValueLayout.JAVA_LONG_UNALIGNED, flagged);
        record.set(ValueLayout.JAVA_LONG_UNALIGNED, flagged, entered | RunstateInfo.XEN_RUNSTATE_UPDATE);
        guest.to(area + flagged, record, flagged, Long.BYTES);
        guest.to(area, record, 0, vcpu_runstate_info.size(width));
        record.set(ValueLayout.JAVA_LONG_UNALIGNED, flagged, entered);
        guest.to(area + flagged, record, flagged, Long.BYTES);
    }

    /** Tells KVM what was noted for it. On the own thread, outside the guest. */
    void tellKernel() {
        if (assist != null && assist.isDue()) {
            assist.passOn();
        }
    }

    /** Here, if this is the vCPU's thread; else by that, once it is kicked out of the guest. */
    private void tellKernelSoon() {
        if (isOwnThread()) {
            tellKernel();
        } else {
            kicker.kick();
        }
    }

    /** Whether the calling thread is the vCPU's. */
    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    /** After the vCPU's thread and the loop have ended. */
    @Override
    public void close() {
        VcpuWaker.POLLS.remove(poller);
        timer.close();
        runstate.close();
    }
}
