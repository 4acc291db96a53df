package dev.lodge.vmm.domain;

import dev.lodge.vmm.Statistics;
import java.util.ArrayList;
import java.util.List;

/** What happened to a domain, and when. Any thread. */
final class Timeline {

    static final String VM_CREATED = "vm created";
    static final String KERNEL_LOADED = "kernel loaded";
    static final String FIRST_INSTRUCTION = "first instruction";
    static final String XENSTORE_CONNECTED = "xenstore connected";
    static final String ENDED = "ended";

    private final List<Statistics.Event> events = new ArrayList<>();

    /** Notes that something has happened now; the first time counts. */
    synchronized boolean mark(String name) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).name().equals(name)) {
                return false;
            }
        }
        events.add(new Statistics.Event(name, System.nanoTime()));
        return true;
    }

    synchronized List<Statistics.Event> events() {
        return List.copyOf(events);
    }
}
