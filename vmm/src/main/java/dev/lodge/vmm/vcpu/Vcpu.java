package dev.lodge.vmm.vcpu;

import dev.lodge.kvm.KvmFlag;
import dev.lodge.kvm.KvmVcpu;
import dev.lodge.kvm.KvmVm;
import dev.lodge.kvm.VcpuKicker;
import dev.lodge.rings.GuestAddress;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.RegisterDump;
import dev.lodge.vmm.hypercall.Caller;
import dev.lodge.vmm.hypercall.HypercallTable;
import dev.lodge.vmm.hypercall.StartState;
import dev.lodge.vmm.hypercall.VcpuControl;
import dev.lodge.vmm.hypercall.VcpuUpkeep;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.io.Joining;
import dev.lodge.vmm.memory.GuestCopy;
import dev.lodge.vmm.memory.GuestRam;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A virtual CPU and the thread that runs it, {@code d1v0} for vCPU 0 of domain 1.
 *
 * <pre>
 *   built --start--> in the guest &lt;--exit, serve--> here
 *                         |                          |
 *                         +--domain is ending; kick--+--> ended --close--> gone
 * </pre>
 *
 * <p>The thread runs the guest until it asks for something, has that served ({@link ExitServer}), and goes back. It allocates
 * nothing on that way. All the rest of the domain's state that it touches has its own rules for threads.
 */
public final class Vcpu implements VcpuControl, AutoCloseable {

    /** The port that a patched hypercall instruction writes to. */
    public static final int HYPERCALL_PORT = Ports.HYPERCALL;

    private static final int ARGUMENTS_SIZE = 4096;

    private final int number;
    private final VcpuHost domain;
    private final KvmVcpu kvm;
    private final ExitRegisters registers;
    private final ExitServer server;
    private final VcpuKicker kicker;
    private final RegisterReader reader;
    private final Upkeep upkeep;
    private final UpcallLine upcalls;
    private final Thread thread;
    private final Arena arena = Arena.ofShared();

    private final UpSwitch power = new UpSwitch();
    private final Startup startup;

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
        this.kvm = kvm;
        registers = new ExitRegisters(number, kvm);
        kicker = new VcpuKicker(kvm);
        reader = new RegisterReader(registers, kicker);
        GuestCopy guest = new GuestCopy(ram, registers);
        Caller caller = new Caller(domain, number, guest, arena.allocate(ARGUMENTS_SIZE, Long.BYTES));
        server = new ExitServer(number, domain, ram, kvm.runState(), registers, caller, hypercalls);
        upkeep = new Upkeep(
                number, domain, ram, guest, loop, knowsXen ? new KernelAssist(kvm.xen(), number) : null, kicker);
        upcalls = new UpcallLine(number, domain, vm, kvm, kicker, upkeep, arena);
        startup = new Startup(domain, new StartRegisters(kvm), power, upkeep::online, kicker::kick);
        thread = new Thread(this::runGuest, "d" + domain.domid() + "v" + number);
        thread.setDaemon(true);
    }

    /** Where the first vCPU begins; the others wait to be started through their local APICs or by a hypercall. */
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

    /** Waits for the thread to end, if it was started, however often the caller is interrupted. Not on that thread. */
    public void joinUninterruptibly() {
        Joining.uninterruptibly(thread);
    }

    public ExitCounts counts() {
        return server.counts();
    }

    /** What interrupts the guest so that it looks for events. Asked for by itself: a call deeper, and C2 would have each MSI allocate. */
    public UpcallLine upcalls() {
        return upcalls;
    }

    /**
     * The domain's vCPUs are interrupted by this vector, but for those that have one of their own. Any thread.
     *
     * @param number 0 for none
     * @param byKvm whether KVM does it, once the vCPU comes to it
     */
    public void setCallbackVector(int number, boolean byKvm) {
        upcalls.setCallback(number, byKvm);
    }

    @Override
    public void setUpcallVector(int vector) {
        upcalls.setVector(vector);
    }

    @Override
    public VcpuUpkeep upkeep() {
        return upkeep;
    }

    @Override
    public long initialise(StartState state, BooleanSupplier goesOn) {
        return startup.initialise(state, goesOn);
    }

    @Override
    public boolean isStarted() {
        return startup.isStarted();
    }

    @Override
    public boolean isUp() {
        return startup.isStarted() && !power.isDown();
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

    @Override
    public void giveWay() {
        if (domain.pauseGate().isShut()) {
            standBeforeGate();
        }
        reader.answer();
    }

    private void runGuest() {
        try {
            upkeep.begin();
            kicker.attach();
            registers.expect(true);
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
        startup.answer();
        if (domain.pauseGate().isShut()) {
            standBeforeGate();
            return;
        }
        if (power.isDown()) {
            stayDown();
            return;
        }
        upcalls.enter();
        int exit = kvm.run();
        if (exit >= 0) {
            if (!startup.isStarted()) {
                startup.hasRun();
            }
            server.serve(exit);
        } else if (exit == KvmVcpu.INTERRUPTED) {
            kicker.acknowledge();
            reader.answer();
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
        return registers.dump();
    }

    /** The registers, when the thread leaves the guest for a moment; those of its last exit if it is elsewhere. Not on it. */
    public RegisterDump registers() throws InterruptedException {
        return reader.ask(thread.isAlive());
    }

    /** Frees what it has open. After the thread and the loop have ended. */
    @Override
    public void close() {
        upcalls.close();
        upkeep.close();
        kvm.close();
        arena.close();
    }
}
