package dev.lodge.vmm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.abi.Virq;
import dev.lodge.vmm.abi.XenErrno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two domains that do all that they can to their event channels, at random, compared after each step with a model that is
 * so simple that it needs no test: maps of what is bound, masked and pending.
 */
class EventModelTest {

    private static final String FREE = "";
    private static final int STEPS = 20_000;
    private static final int PORTS = 12; // few, so that they meet
    private static final int MOST = 40; // as a port that the guest has linked is not used again at once

    private final EventFixture fixture = new EventFixture();
    private final Model one = new Model(fixture.one, 1);
    private final Model two = new Model(fixture.two, 2);

    /** What a port is, in the model. */
    private static final class Bound {
        String kind = FREE;
        int vcpu;
        int detail;
        int far;
        boolean masked;
        boolean pending;

        boolean isBound() {
            return !kind.equals(FREE);
        }
    }

    /** A domain in the model, and the real one. */
    private static final class Model {
        final EventFixture.Side side;
        final int domid;
        final Bound[] ports = new Bound[MOST];
        boolean fifo;

        Model(EventFixture.Side side, int domid) {
            this.side = side;
            this.domid = domid;
            Arrays.setAll(ports, port -> new Bound());
        }

        long bound() {
            return Arrays.stream(ports).filter(Bound::isBound).count();
        }

        void bind(int expected, int actual, String kind, int vcpu, int detail) {
            if (expected < 0) {
                assertEquals(expected, actual);
                return;
            }
            assertTrue(actual > 0 && !ports[actual].isBound(), "port " + actual);
            Bound port = new Bound();
            ports[actual] = port;
            port.kind = kind;
            port.vcpu = vcpu;
            port.detail = detail;
            port.masked = isMasked(actual); // a mask outlives what it was for
        }

        boolean has(String kind, int vcpu, int detail) {
            return Arrays.stream(ports)
                    .anyMatch(port -> port.kind.equals(kind) && port.vcpu == vcpu && port.detail == detail);
        }

        void mask(int port) {
            if (fifo) {
                side.fifo.mask(port);
            } else {
                side.guest.mask(port);
            }
        }

        boolean isMasked(int port) {
            return fifo ? (side.fifo.word(port) & FakeFifoGuest.MASKED) != 0 : side.guest.isMasked(port);
        }

        /** The ports that an upcall finds: pending, not masked, in the model. */
        Set<Integer> due(int vcpu) {
            Set<Integer> due = new TreeSet<>();
            for (int number = 1; number < MOST; number++) {
                Bound port = ports[number];
                if (port.pending && !port.masked && (port.vcpu == vcpu || !fifo)) {
                    due.add(number);
                }
            }
            return due;
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false,false", "2,true,false", "3,true,true", "4,false,true", "5,true,true"})
    void whateverTwoDomainsDoIsWhatTheModelSays(int seed, boolean firstFifo, boolean secondFifo) {
        one.fifo = firstFifo;
        two.fifo = secondFifo;
        for (Model model : List.of(one, two)) {
            if (model.fifo) {
                model.side.fifo.begin(model.side.events);
            }
        }
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            Model model = random.nextBoolean() ? one : two;
            act(model, model == one ? two : one, random);
            compare(one);
            compare(two);
        }
    }

    private void act(Model model, Model other, Random random) {
        EventChannels events = model.side.events;
        int port = 1 + random.nextInt(PORTS);
        int vcpu = random.nextInt(EventFixture.VCPUS);
        boolean room = model.bound() < PORTS - 2;
        switch (random.nextInt(12)) {
            case 0 -> {
                if (room) {
                    model.bind(0, events.allocUnbound(other.domid), "unbound", 0, other.domid);
                }
            }
            case 1 -> {
                if (room) {
                    bindInterdomain(model, other, port);
                }
            }
            case 2 -> {
                if (room) {
                    model.bind(0, events.bindIpi(vcpu), "ipi", vcpu, 0);
                }
            }
            case 3 -> {
                if (room) {
                    int taken = model.has("virq", vcpu, Virq.VIRQ_TIMER) ? -XenErrno.EEXIST : 0;
                    model.bind(taken, events.bindVirq(Virq.VIRQ_TIMER, vcpu), "virq", vcpu, Virq.VIRQ_TIMER);
                }
            }
            case 4 -> close(model, other, port);
            case 5, 6 -> send(model, other, port);
            case 7 -> {
                events.raiseVirq(Virq.VIRQ_TIMER, vcpu);
                for (Bound each : model.ports) {
                    each.pending |= each.kind.equals("virq") && each.vcpu == vcpu;
                }
            }
            case 8 -> {
                if (model.ports[port].isBound()) {
                    model.mask(port);
                    model.ports[port].masked = true;
                }
            }
            case 9 -> {
                assertEquals(0, events.unmask(port));
                model.ports[port].masked = false;
            }
            case 10 -> bindVcpu(model, port, vcpu);
            default -> handle(model, vcpu);
        }
    }

    private static void bindInterdomain(Model model, Model other, int port) {
        Bound far = other.ports[port];
        boolean waits = far.kind.equals("unbound");
        int local = model.side.events.bindInterdomain(other.domid, port);
        model.bind(waits ? 0 : -XenErrno.EINVAL, local, "interdomain", 0, other.domid);
        if (waits) {
            Bound bound = model.ports[local];
            bound.far = port;
            bound.pending = true;
            far.kind = "interdomain";
            far.far = local;
        }
    }

    private static void close(Model model, Model other, int port) {
        Bound bound = model.ports[port];
        model.ports[port] = new Bound();
        assertEquals(bound.isBound() ? 0 : -XenErrno.EINVAL, model.side.events.close(port));
        if (bound.kind.equals("interdomain")) {
            Bound far = other.ports[bound.far];
            far.kind = "unbound";
            far.far = 0;
        }
    }

    private static void send(Model model, Model other, int port) {
        Bound bound = model.ports[port];
        boolean mayBeSent = bound.isBound() && !bound.kind.equals("virq");
        assertEquals(mayBeSent ? 0 : -XenErrno.EINVAL, model.side.events.send(port));
        if (bound.kind.equals("ipi")) {
            bound.pending = true;
        } else if (bound.kind.equals("interdomain")) {
            other.ports[bound.far].pending = true;
        }
    }

    /** Linux masks a port, and lets its vCPU handle what is due, before it moves it. */
    private static void bindVcpu(Model model, int port, int vcpu) {
        Bound bound = model.ports[port];
        boolean moves = bound.kind.equals("unbound") || bound.kind.equals("interdomain");
        if (moves) {
            handle(model, bound.vcpu);
        }
        assertEquals(moves ? 0 : -XenErrno.EINVAL, model.side.events.bindVcpu(port, vcpu));
        if (moves) {
            bound.vcpu = vcpu;
        }
    }

    private static void handle(Model model, int vcpu) {
        Set<Integer> due = model.due(vcpu);
        if (!model.fifo) {
            // A word is read by whichever vCPU is told of it; so all of them look, and together they find all.
            List<Integer> found = new ArrayList<>();
            for (int each = 0; each < EventFixture.VCPUS; each++) {
                found.addAll(model.side.guest.handleUpcall(each));
            }
            assertEquals(due, new TreeSet<>(found));
        } else {
            assertEquals(due, new TreeSet<>(model.side.fifo.handleUpcall(vcpu)));
        }
        due.forEach(port -> model.ports[port].pending = false);
    }

    private static void compare(Model model) {
        EventChannels events = model.side.events;
        for (int port = 1; port < MOST; port++) {
            Bound bound = model.ports[port];
            ChannelStatus status = events.status(port);
            if (!bound.isBound()) {
                assertEquals(0, status.status(), "port " + port);
                continue;
            }
            int kind = List.of(FREE, "unbound", "interdomain", "pirq", "virq", "ipi")
                    .indexOf(bound.kind);
            assertEquals(new ChannelStatus(kind, bound.vcpu, bound.detail, bound.far), status, "port " + port);
            assertEquals(bound.pending, events.isPending(port), "port " + port);
        }
    }
}
