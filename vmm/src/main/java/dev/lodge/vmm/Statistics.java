package dev.lodge.vmm;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a domain has cost so far. A copy; numbers of different vCPUs may be a moment apart.
 *
 * @param counts up to now
 * @param countsAtInit up to the guest's {@code /init}, or null if it has not come that far, or does not say
 * @param timeline what happened when, in order
 * @param hypercallPath how hypercalls arrive: {@code kvm-xen}, where KVM answers those of event channels and timers, which are
 *     not counted, or {@code patched}
 */
public record Statistics(Counts counts, @Nullable Counts countsAtInit, List<Event> timeline, String hypercallPath) {

    /**
     * Counts since the domain was built.
     *
     * @param exits exits to user space by reason, by KVM's names
     * @param hypercalls hypercalls by Xen's names
     * @param eventsSent event-channel notifications by the guest
     * @param eventsReceived event-channel notifications to the guest
     */
    public record Counts(Map<String, Long> exits, Map<String, Long> hypercalls, long eventsSent, long eventsReceived) {

        /** All exits to user space. */
        public long totalExits() {
            long sum = 0;
            for (long count : exits.values()) {
                sum += count;
            }
            return sum;
        }
    }

    /**
     * Something that happened once.
     *
     * @param name such as {@code first instruction}
     * @param nanoTime when, by {@link System#nanoTime}
     */
    public record Event(String name, long nanoTime) {}
}
