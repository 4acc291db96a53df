package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EINVAL;
import static dev.lodge.vmm.abi.XenErrno.ENOSYS;
import static dev.lodge.vmm.abi.XenErrno.EPERM;

import dev.lodge.kvm.KvmExit;
import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmRun;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.kvm.MsrExit;
import dev.lodge.kvm.SyncRegisters;
import dev.lodge.kvm.VcpuKicker;
import dev.lodge.kvm.XenExit;
import dev.lodge.kvm.kvm_segment;
import dev.lodge.kvm.kvm_sregs;
import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.hypercall.Caller;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.hypercall.VcpuControl;
import dev.lodge.vmm.hypercall.VcpuUpkeep;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.memory.GuestCopy;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.PagingMode;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * A virtual CPU and the thread that runs it, {@code d1v0} for vCPU 0 of domain 1.
 *
 * <pre>
 *   built --start--> in the guest &lt;--exit, serve--> here
 *                         |                          |
 *                         +--domain is ending; kick--+--> ended --close--> gone
 * </pre>
 *
 * <p>The thread runs the guest until it asks for something, serves that, and goes back. It allocates nothing on that way.
 * All the rest of the domain's state that it touches has its own rules for threads.
 */
public final class Vcpu implements VcpuControl, PagingMode, AutoCloseable {

    /** The port that a patched hypercall instruction writes to. */
    public static final int HYPERCALL_PORT = Ports.HYPERCALL;

    private static final int LAPIC_MSI = 0xfee0_0000;
    private static final int MSI_DESTINATION_SHIFT = 12;
    private static final long EFER_LMA = 1 << 10;
    private static final int ARGUMENTS_SIZE = 4096;

    private final int number;
    private final VcpuHost domain;
    private final KvmVm vm;
    private final KvmVcpu kvm;
    private final KvmRun run;
    private final SyncRegisters registers;
    private final VcpuKicker kicker;
    private final RegisterReader reader;
    private final Ports ports;
    private final HypercallTable hypercalls;
    private final HypercallPage hypercallPage;
    private final Caller caller;
    private final ExitCounts counts = new ExitCounts();
    private final Upkeep upkeep;
    private final Thread thread;
    private final Arena arena = Arena.ofShared();

    private final UpSwitch power = new UpSwitch();
    private boolean hypercallExpected;
    private boolean registersUsed;
    private volatile int upcallVector; // 0: none, so events are seen when the guest looks
    private volatile boolean started;

    /**
     * A vCPU that does not run yet.
     *
     * @param kvm closed with this object
     * @param knowsXen whether KVM keeps this vCPU's clock, timer and runstate, and tells it of events
     * @param loop raises the timer
     */
    public Vcpu(
            int number,
            VcpuHost domain,
            GuestRam ram,
            KvmVm vm,
            KvmVcpu kvm,
            boolean knowsXen,
            HypercallTable hypercalls,
            IoLoop loop) {
        this.number = number;
        this.domain = domain;
        this.vm = vm;
        this.kvm = kvm;
        this.hypercalls = hypercalls;
        run = kvm.runState();
        registers = run.registers();
        kicker = new VcpuKicker(kvm);
        reader = new RegisterReader(number, registers, kicker);
        ports = new Ports(domain);
        hypercallPage = new HypercallPage(ram);
        GuestCopy guest = new GuestCopy(ram, this);
        caller = new Caller(domain, number, guest, arena.allocate(ARGUMENTS_SIZE, Long.BYTES));
        upkeep = new Upkeep(
                number, domain, ram, guest, loop, knowsXen ? new KernelAssist(kvm.xen(), number) : null, kicker);
        thread = new Thread(this::runGuest, "d" + domain.domid() + "v" + number);
        thread.setDaemon(true);
    }

    /** Where the first vCPU begins; the others wait for it to start them through their local APICs. */
    public void setEntry(GuestAddress entry, GuestAddress startInfo) {
        EntryState.set(kvm, entry, startInfo);
    }

    public void start() {
        thread.start();
    }

    /** Gets the thread out of the guest, so that it sees that the domain is ending. Any thread. */
    public void kick() {
        kicker.kick();
        if (Thread.currentThread() != thread) {
            thread.interrupt(); // out of SCHEDOP_poll
        }
    }

    /** Gets the thread out of the guest for a moment, so that it sees that the domain is paused. Any thread. */
    public void leaveGuest() {
        kicker.kick();
        power.wake();
    }

    /**
     * Waits for the thread to end, if it was started. Not on that thread.
     *
     * @param nanos how long at most; {@link Long#MAX_VALUE} for as long as it takes
     * @return whether it has ended
     */
    public boolean join(long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            thread.join();
        } else if (nanos > 0) {
            thread.join(Duration.ofNanos(nanos));
        }
        return !thread.isAlive();
    }

    public ExitCounts counts() {
        return counts;
    }

    /** Interrupts the guest so that it looks for events: an MSI to its local APIC. Any thread. */
    public void upcall() {
        int vector = upcallVector;
        if (vector != 0) {
            vm.signalMsi(LAPIC_MSI | number << MSI_DESTINATION_SHIFT, 0, vector);
        }
    }

    @Override
    public void setUpcallVector(int vector) {
        upcallVector = vector;
        upkeep.upcallVector(vector);
        if (domain.events().isUpcallPending(number)) {
            upcall();
        }
    }

    @Override
    public VcpuUpkeep upkeep() {
        return upkeep;
    }

    @Override
    public boolean isStarted() {
        return started;
    }

    @Override
    public boolean isUp() {
        return started && !power.isDown();
    }

    @Override
    public void goDown() {
        power.down();
        if (Thread.currentThread() != thread) {
            kicker.kick();
        }
    }

    @Override
    public void comeUp() {
        power.up();
    }

    @Override
    public void halt() {
        kvm.setMpState(KvmFlag.KVM_MP_STATE_HALTED);
    }

    private void runGuest() {
        try {
            upkeep.begin();
            kicker.attach();
            expectHypercall(true);
            while (!domain.isEnding()) {
                runOnce();
            }
            kicker.detach();
        } catch (GuestFault fault) {
            domain.crash("vCPU " + number + ": " + fault.getMessage());
        } catch (RuntimeException | Error failure) {
            domain.failed(failure);
        }
    }

    /** A method of its own, as the compilers take what is called often long before they take a loop. */
    private void runOnce() {
        upkeep.tellKernel();
        if (domain.pauseGate().isShut()) {
            standBeforeGate();
            return;
        }
        if (power.isDown()) {
            stayDown();
            return;
        }
        int exit = kvm.run();
        if (exit >= 0) {
            if (!started) {
                started = true;
                upkeep.online();
            }
            counts.countExit(exit);
            serve(exit);
        } else if (exit == KvmVcpu.INTERRUPTED) {
            kicker.acknowledge();
            if (reader.isAsked()) {
                fetchRegisters();
                reader.answer();
            }
        }
    }

    private void standBeforeGate() {
        upkeep.offline();
        domain.pauseGate().pass();
        backOnline();
    }

    private void stayDown() {
        upkeep.offline();
        power.await(domain);
        backOnline();
    }

    private void backOnline() {
        if (isUp()) {
            upkeep.online();
        }
    }

    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** The registers as they are. On the vCPU's thread. */
    public RegisterDump registersHere() {
        fetchRegisters();
        return RegisterText.of(number, registers);
    }

    /** The registers, when the thread leaves the guest for a moment; those of its last exit if it is elsewhere. Not on it. */
    public RegisterDump registers() throws InterruptedException {
        return reader.ask(thread.isAlive());
    }

    private void serve(int exit) {
        switch (exit) {
            case KvmExit.KVM_EXIT_IO -> {
                if (run.io().port() == Ports.HYPERCALL && run.io().isOut()) {
                    fetchRegisters();
                    hypercall();
                } else {
                    expectHypercall(false);
                    ports.serve(run.io());
                }
            }
            case KvmExit.KVM_EXIT_XEN -> {
                registersUsed = false;
                xen(run.xen());
                if (!registersUsed) {
                    expectHypercall(false);
                }
            }
            case KvmExit.KVM_EXIT_MMIO -> {
                if (!run.mmio().isWrite()) {
                    run.mmio().setValue(-1); // nobody answers
                }
            }
            case KvmExit.KVM_EXIT_X86_WRMSR -> writeMsr(run.msr());
            case KvmExit.KVM_EXIT_X86_RDMSR -> run.msr().setError(true);
            case KvmExit.KVM_EXIT_HLT, KvmExit.KVM_EXIT_INTR -> {
                // KVM waits for interrupts itself; nothing to do but go on
            }
            case KvmExit.KVM_EXIT_SHUTDOWN -> {
                fetchRegisters();
                domain.crash(ExitText.tripleFault(number, registers));
            }
            default -> domain.crash(ExitText.of(exit, run) + where());
        }
    }

    /**
     * Has the next exit bring all registers along, or none. A hypercall needs them, or, where KVM gives its arguments, if
     * one of those is a pointer; for a port they are a third of the exit's cost. So the next exit is expected to be like the last, and {@link #fetchRegisters} mends a wrong guess.
     */
    private void expectHypercall(boolean expected) {
        if (hypercallExpected != expected) {
            hypercallExpected = expected;
            run.setValidRegisters(expected ? KvmFlag.KVM_SYNC_X86_REGS | KvmFlag.KVM_SYNC_X86_SREGS : 0);
        }
    }

    /** Makes {@link #registers} those of this exit, if it has not brought them along. */
    private void fetchRegisters() {
        if (!hypercallExpected) {
            kvm.getRegs(registers.general());
            kvm.getSregs(registers.system());
            expectHypercall(true);
        }
    }

    /** A hypercall by a patched instruction: the registers are as the guest's kernel set them for one. */
    private void hypercall() {
        long number = registers.rax();
        counts.countHypercall(number);
        long result;
        if (cpl() != 0) {
            result = -EPERM;
        } else if ((registers.efer() & EFER_LMA) == 0) {
            result = -ENOSYS; // the ABI of 32-bit guests is another
        } else {
            result = hypercalls.call(
                    caller, number, registers.rdi(), registers.rsi(), registers.rdx(), registers.r10(), registers.r8());
        }
        registers.rax(result);
    }

    /** A hypercall that KVM recognised as Xen's. */
    private void xen(XenExit exit) {
        if (exit.type() != KvmExit.KVM_EXIT_XEN_HCALL) {
            domain.crash("KVM reports a Xen exit of type " + exit.type() + ", which Lodge does not know" + where());
            return;
        }
        counts.countHypercall(exit.number());
        if (exit.cpl() != 0) {
            exit.setResult(-EPERM);
        } else if (!exit.longMode()) {
            exit.setResult(-ENOSYS);
        } else {
            exit.setResult(hypercalls.call(
                    caller,
                    exit.number(),
                    exit.parameter(0),
                    exit.parameter(1),
                    exit.parameter(2),
                    exit.parameter(3),
                    exit.parameter(4)));
        }
    }

    private void writeMsr(MsrExit msr) {
        boolean written = msr.index() == HypercallPage.MSR && hypercallPage.write(msr.data()) != -EINVAL;
        msr.setError(!written);
    }

    private int cpl() {
        return registers.system().get(ValueLayout.JAVA_BYTE, kvm_sregs.ss$offset + kvm_segment.dpl$offset);
    }

    private String where() {
        fetchRegisters();
        return ExitText.where(number, registers);
    }

    private SyncRegisters pagingRegisters() {
        registersUsed = true;
        fetchRegisters();
        return registers;
    }

    @Override
    public long cr0() {
        return pagingRegisters().cr0();
    }

    @Override
    public long cr3() {
        return pagingRegisters().cr3();
    }

    @Override
    public long cr4() {
        return pagingRegisters().cr4();
    }

    @Override
    public long efer() {
        return pagingRegisters().efer();
    }

    /** Frees what it has open. After the thread and the loop have ended. */
    @Override
    public void close() {
        upkeep.close();
        kvm.close();
        arena.close();
    }
}
