package dev.lodge.vmm.vcpu;

import static dev.lodge.vmm.abi.XenErrno.EAGAIN;
import static dev.lodge.vmm.abi.XenErrno.EEXIST;
import static dev.lodge.vmm.abi.XenErrno.EINVAL;

import dev.lodge.vmm.event.EventWaiters;
import dev.lodge.vmm.hypercall.GuestDomain;
import dev.lodge.vmm.hypercall.StartState;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * How a vCPU that is there comes to life, once: by its local APIC, which is KVM's affair and shows at the vCPU's first exit;
 * or by {@code VCPUOP_initialise}, after which it is down until {@code VCPUOP_up}.
 *
 * <pre>
 *   waits for SIPI --SIPI-----------------------------&gt; started, up
 *                  --registers, asked for and taken---&gt; started, down --VCPUOP_up--&gt; started, up
 * </pre>
 *
 * <p>Other vCPUs' threads {@linkplain #initialise ask}, and wait; the vCPU's own, out of the guest, {@linkplain #answer
 * answers} in the order in which they asked, so that one of them wins. Only it can: while it is in {@code KVM_RUN}, KVM lets
 * nobody else at its registers, and nobody else knows whether a SIPI has come.
 *
 * <p><b>Why nobody waits for ever.</b> Who asks puts the request into the queue, then wakes the thread, then looks whether the
 * vCPU is started; the thread notes that it is started, then empties the queue. So if the thread has gone on to run the guest,
 * where it does not look here for long, who asks sees that and takes the request back. A vCPU that makes hypercalls is
 * started, so two never wait for each other. Who waits gives way when the domain is paused, and stops when it ends.
 */
final class Startup {

    /** The vCPU as KVM has it. For its own thread. */
    interface Registers {

        /** Whether the vCPU would still be started by a SIPI. */
        boolean awaitSipi();

        /**
         * Has it begin in that state the next time that it runs.
         *
         * @return false if KVM refuses the state, and nothing has changed
         */
        boolean set(StartState state);
    }

    private static final class Request {
        static final int PENDING = 1;

        final StartState state;
        volatile int answer = PENDING; // then 0 or a negated XenErrno

        Request(StartState state) {
            this.state = state;
        }
    }

    private final GuestDomain domain;
    private final Registers registers;
    private final UpSwitch power;
    private final Runnable online;
    private final Runnable kick;
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private volatile boolean started; // written by the vCPU's thread

    /**
     * A vCPU that no thread runs yet.
     *
     * @param power which is switched off when the vCPU has its registers
     * @param online told, on the vCPU's thread, that the vCPU was started by its local APIC
     * @param kick gets the vCPU's thread out of the guest
     */
    Startup(GuestDomain domain, Registers registers, UpSwitch power, Runnable online, Runnable kick) {
        this.domain = domain;
        this.registers = registers;
        this.power = power;
        this.online = online;
        this.kick = kick;
    }

    /** Whether it has come to life, though it may be down. Any thread. */
    boolean isStarted() {
        return started;
    }

    /**
     * {@link dev.lodge.vmm.hypercall.VcpuControl#initialise}. On another vCPU's thread, in a hypercall.
     *
     * @return also -EAGAIN, which no guest gets to see: the domain is ending
     */
    long initialise(StartState state, BooleanSupplier goesOn) {
        Request request = new Request(state);
        requests.add(request);
        kick.run();
        power.wake();
        if (started && requests.remove(request)) {
            return -EEXIST;
        }
        EventWaiters waiters = domain.events().waiters();
        try {
            while (request.answer == Request.PENDING) {
                waiters.await(
                        () -> request.answer != Request.PENDING || domain.isPaused() || domain.isEnding(),
                        Long.MAX_VALUE);
                if (request.answer == Request.PENDING && !goesOn.getAsBoolean()) {
                    return -EAGAIN;
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return -EAGAIN;
        }
        return request.answer;
    }

    /** The vCPU has left the guest for the first time. On its thread. */
    void hasRun() {
        started = true;
        online.run();
        answer();
    }

    /** Answers who asks, if somebody does. On the vCPU's thread, out of the guest. */
    void answer() {
        Request request = requests.poll();
        while (request != null) {
            request.answer = begin(request.state);
            domain.events().waiters().wake();
            request = requests.poll();
        }
    }

    private int begin(StartState state) {
        if (!started && !registers.awaitSipi()) {
            started = true; // and has not left the guest since
            online.run();
        }
        if (started) {
            return -EEXIST;
        }
        if (!registers.set(state)) {
            return -EINVAL;
        }
        power.down();
        started = true;
        return 0;
    }
}
