package dev.lodge.vmm.backend.share;

import dev.lodge.linux.FileDescriptor;
import dev.lodge.linux.LinuxException;
import dev.lodge.linux.ProcessLimits;
import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.GuestFault;
import dev.lodge.vmm.backend.share.ninep.Limits;
import dev.lodge.vmm.backend.share.ninep.NinepServer;
import dev.lodge.vmm.backend.share.ninep.Ownership;
import dev.lodge.vmm.backend.xenbus.Connection;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.io.Joining;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One front end's rings and the thread that serves them, one request after the other. The front end's events only wake the
 * thread: they set a flag, which it clears before it looks at the rings, and looks at before it sleeps.
 */
final class ShareConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(ShareConnection.class);

    /** The longest that Linux asks for over Xen. */
    private static final int MESSAGE_SIZE = 512 << 10;

    private final FrontEnd front;
    private final NinepServer server;
    private final ShareRing[] rings;
    private final int messageSize;
    private final Thread thread;
    private final AtomicBoolean rung = new AtomicBoolean(true); // what was sent before anybody listened
    private volatile boolean stopping;

    private ShareConnection(FrontEnd front, int number, FileDescriptor root, boolean readOnly, Ownership ownership)
            throws ConnectionFault {
        this.front = front;
        thread = new Thread(this::run, "d" + front.domid() + "share" + number);
        thread.setDaemon(true);
        rings = new ShareRing[(int) front.number("num-rings", 1, ShareBackEnd.MOST_RINGS)];
        int smallest = MESSAGE_SIZE;
        for (int i = 0; i < rings.length; i++) {
            rings[i] = ShareRing.of(front, i, this::ring);
            smallest = Math.min(smallest, rings[i].size());
        }
        messageSize = smallest;
        server = new NinepServer(root, readOnly, ownership, Limits.withMessagesOf(messageSize));
    }

    /**
     * Takes up a front end's rings.
     *
     * @throws ConnectionFault if they are none
     * @throws LinuxException if the directory cannot be looked at
     */
    static ShareConnection with(FrontEnd front, int number, FileDescriptor root, boolean readOnly, Ownership ownership)
            throws ConnectionFault {
        String version = front.text("version");
        if (!ShareBackEnd.VERSION.equals(version)) {
            throw new ConnectionFault("its version is not " + ShareBackEnd.VERSION);
        }
        return new ShareConnection(front, number, root, readOnly, ownership);
    }

    @Override
    public void start() {
        thread.start();
    }

    private void ring() {
        rung.set(true);
        LockSupport.unpark(thread);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            ProcessLimits.unmaskThisThread();
            for (ShareRing ring : rings) {
                ring.allocate(arena, messageSize);
            }
            while (!stopping) {
                if (rung.getAndSet(false)) {
                    serve();
                } else {
                    LockSupport.park(this);
                }
            }
        } catch (ConnectionFault fault) {
            front.end(fault.reason());
        } catch (GuestFault | LinuxException fault) {
            front.end(String.valueOf(fault.getMessage()));
        } catch (RuntimeException | Error bug) {
            LOG.error("{} ends by a mistake of its own", thread.getName(), bug);
            front.end("an error of Lodge's own");
        } finally {
            server.close();
        }
    }

    /** Until there is nothing more to do on any ring: one message of each in turn. */
    private void serve() throws ConnectionFault {
        boolean worked = true;
        while (worked && !stopping) {
            worked = false;
            for (ShareRing ring : rings) {
                worked |= ring.serve(server);
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        if (thread.getState() == Thread.State.NEW) {
            server.close();
            return;
        }
        Joining.uninterruptibly(thread);
    }
}
