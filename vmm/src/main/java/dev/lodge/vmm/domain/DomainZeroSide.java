package dev.lodge.vmm.domain;

import dev.lodge.rings.FrameNumber;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.Console;
import dev.lodge.vmm.backend.console.ConsoleBackend;
import dev.lodge.vmm.backend.xenbus.BackEnd;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import dev.lodge.vmm.backend.xenbus.XenbusHost;
import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.Doorbell;
import dev.lodge.vmm.io.IoLoop;
import dev.lodge.vmm.store.StoreRing;
import dev.lodge.vmm.store.StoreSession;
import dev.lodge.vmm.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What Domain 0 does for one domain: its place in xenstore, its xenstore ring, its consoles. All but the constructor and
 * {@link #close} on the domain's I/O thread.
 */
final class DomainZeroSide implements AutoCloseable {

    private static final String STAGE = "/data/lodge/stage";
    private static final String STAGE_INIT = "init";
    private static final String STAGE_COMMAND = "command";

    private final Machine machine;
    private final DomainZero zero;
    private final Timeline timeline;
    private final StoreSession store;
    private final StoreRing storeRing;
    private final BackendPort storePort;
    private final ConsoleBackend firstConsole;
    private final List<ConsoleDevice> moreConsoles = new ArrayList<>();
    private final List<XenbusDevice> devices = new ArrayList<>();
    private final IoLoop.Bell settle;
    private boolean storeUsed;
    private volatile @Nullable Runnable whenDrained;

    DomainZeroSide(Machine machine, DomainZero zero, MachineConfig config, Timeline timeline, IoLoop loop) {
        this.machine = machine;
        this.zero = zero;
        this.timeline = timeline;
        settle = loop.bell(this::moveAll);
        IoLoop.Bell sessionBell = loop.bell(this::dispatchStore);
        store = zero.store().session(sessionBell::ring);
        int domid = machine.domid();
        DomainNodes.write(
                store,
                domid,
                machine.name(),
                machine.uuid().toString(),
                config.memory(),
                config.vcpus(),
                config.onlineVcpus());

        IoLoop.Bell storeBell = loop.bell(this::serveStore);
        storePort = connect(GuestSide.STORE_PORT, storeBell);
        storeRing = new StoreRing(
                machine.memory().frame(new FrameNumber(BootLayout.XENSTORE_FRAME)),
                zero.store().introduce(domid, storeBell::ring));

        Console console = config.consoles().getOrDefault(0, Console.DISCARD);
        firstConsole = new ConsoleBackend(machine.memory().frame(new FrameNumber(BootLayout.CONSOLE_FRAME)), console);
        IoLoop.Bell consoleBell = loop.bell(this::moveFirstConsole);
        firstConsole.connect(connect(GuestSide.CONSOLE_PORT, consoleBell));
        console.attached(consoleBell::ring);

        for (Map.Entry<Integer, Console> more : config.consoles().entrySet()) {
            if (more.getKey() != 0) {
                moreConsoles.add(new ConsoleDevice(
                        domid, more.getKey(), store, machine.grants(), machine.events(), loop, more.getValue()));
            }
        }
        for (BackEnd device : config.devices()) {
            devices.add(
                    new XenbusDevice(new XenbusHost(domid, store, machine.grants(), machine.events(), loop), device));
        }
        store.watch(DomainNodes.home(domid) + STAGE, path -> stageChanged());
    }

    private BackendPort connect(int port, Doorbell doorbell) {
        BackendPort connected = machine.events().connect(port, doorbell);
        if (connected == null) {
            throw new AssertionError("port " + port + " of a new domain does not wait for domain 0");
        }
        return connected;
    }

    StoreView store() {
        return store;
    }

    private void dispatchStore() {
        store.dispatch();
    }

    private void serveStore() {
        if (!storeUsed) {
            storeUsed = true;
            timeline.mark(Timeline.XENSTORE_CONNECTED);
        }
        boolean notify;
        try {
            notify = storeRing.service();
        } catch (GuestFault fault) { // costs the guest this connection; its page says so
            LoggerFactory.getLogger(DomainZeroSide.class)
                    .debug("{} lost its xenstore connection: {}", machine.name(), fault.getMessage());
            notify = true;
        }
        if (notify) {
            storePort.notifyGuest();
        }
    }

    private void stageChanged() {
        String stage = store.read(DomainNodes.home(machine.domid()) + STAGE);
        boolean command = STAGE_COMMAND.equals(stage);
        // The agent waits for no answer, so that its first stage may be over before it is looked at.
        if ((command || STAGE_INIT.equals(stage)) && timeline.mark(STAGE_INIT)) {
            machine.reachedInit();
        }
        if (command) {
            timeline.mark(STAGE_COMMAND);
        }
    }

    private void moveFirstConsole() {
        firstConsole.move();
        checkDrained();
    }

    /** Has {@code done} called once, when all that the guest wrote to its consoles is taken. Any thread. */
    void drain(Runnable done) {
        whenDrained = done;
        settle.ring();
    }

    private void moveAll() {
        firstConsole.move();
        for (ConsoleDevice console : moreConsoles) {
            console.move();
        }
        checkDrained();
    }

    private void checkDrained() {
        Runnable done = whenDrained;
        if (done == null || !firstConsole.isDrained() || !machine.isEarlyConsoleDrained()) {
            return;
        }
        for (ConsoleDevice console : moreConsoles) {
            if (!console.isDrained()) {
                return;
            }
        }
        whenDrained = null;
        done.run();
    }

    /** Takes the domain out of the store. After the I/O thread has ended. */
    @Override
    public void close() {
        for (ConsoleDevice console : moreConsoles) {
            console.close();
        }
        for (XenbusDevice device : devices) {
            device.close();
        }
        zero.store().release(machine.domid());
        DomainNodes.remove(store, machine.domid(), machine.uuid().toString());
        store.close();
    }
}
