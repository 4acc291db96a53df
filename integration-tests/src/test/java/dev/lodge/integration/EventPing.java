package dev.lodge.integration;

import dev.lodge.vmm.Console;
import dev.lodge.vmm.HypercallPath;
import dev.lodge.vmm.Shutdown;
import dev.lodge.vmm.boot.InitrdPart;
import dev.lodge.vmm.domain.DomainZero;
import dev.lodge.vmm.domain.Machine;
import dev.lodge.vmm.domain.MachineConfig;
import dev.lodge.vmm.event.BackendPort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Domain 0's end of an event channel that a guest times: {@code EventPing kvm|patched KERNEL INITRD COMMAND-LINE}, for
 * {@code tools/bench}. The guest names its port on its console, {@code EVPORT N}, perhaps one after the other; this end is a back end like others, a bell
 * on the domain's I/O thread, and answers each event by one. What the guest says is printed.
 */
public final class EventPing implements Console {
    private static final String ANNOUNCEMENT = "EVPORT ";

    private final StringBuilder line = new StringBuilder();
    private @Nullable Machine machine; // from here on, on the I/O thread only
    private @Nullable BackendPort port;

    private EventPing() {}

    /** See above. */
    public static void main(String[] arguments) throws Exception {
        EventPing ping = new EventPing();
        SortedMap<Integer, Console> consoles = new TreeMap<>();
        consoles.put(0, ping);
        MachineConfig config = new MachineConfig(
                "events",
                Path.of(arguments[1]),
                List.of(new InitrdPart.OfFile(Path.of(arguments[2]))),
                arguments[3],
                256 << 20,
                1,
                arguments[0].equals("kvm") ? HypercallPath.KVM : HypercallPath.PATCHED,
                1,
                consoles,
                Console.DISCARD,
                List.of());
        try (Machine machine = Machine.start(DomainZero.instance(), config)) {
            machine.bell(() -> ping.machine = machine).ring();
            Shutdown end;
            do {
                end = machine.await(Long.MAX_VALUE);
            } while (end == null);
        }
    }

    @Override
    public int output(MemorySegment bytes) {
        String text = new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                take(line.toString().strip());
                line.setLength(0);
            } else {
                line.append(text.charAt(i));
            }
        }
        return text.length();
    }

    private void take(String said) {
        System.out.println(said);
        Machine guest = machine;
        if (!said.startsWith(ANNOUNCEMENT) || guest == null) {
            return;
        }
        BackendPort connected = guest.events()
                .connect(Integer.parseInt(said.substring(ANNOUNCEMENT.length())), guest.bell(this::answer));
        if (connected == null) {
            throw new IllegalStateException("the guest's port does not wait for domain 0");
        }
        port = connected;
        connected.notifyGuest(); // the client's hello
    }

    private void answer() {
        if (port != null) {
            port.notifyGuest();
        }
    }

    @Override
    public int input(MemorySegment room) {
        return 0;
    }
}
