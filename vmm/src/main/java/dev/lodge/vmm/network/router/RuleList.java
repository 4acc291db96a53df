package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.FrameHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ordered list of rules of one interface, which counts what each decided. What no rule is about passes.
 *
 * <p>Lock: this object guards the counts and the allowances. Any thread may change the list or look at the counts while one
 * asks for verdicts; a rule that stays in the list keeps its counts.
 */
public final class RuleList {

    /** What happens to a frame. */
    public enum Verdict {
        PASS,
        DROP,
        REJECT
    }

    /**
     * A rule and what it has decided.
     *
     * @param frames how many frames it was the first to match
     * @param bytes how long they were together
     * @param refused how many of these frames did not pass
     */
    public record Count(Rule rule, long frames, long bytes, long refused) {}

    private static final class Entry {
        private final Rule rule;
        private final @Nullable Credit credit;
        private long frames;
        private long bytes;
        private long refused;

        Entry(Rule rule, long now) {
            this.rule = rule;
            credit = rule.action() instanceof Action.Rate rate ? new Credit(rate.bytesPerSecond(), now) : null;
        }
    }

    private Entry[] entries = {};
    private volatile boolean empty = true;

    /** Without rules. */
    public RuleList() {}

    /** Replaces all rules at once. */
    public synchronized void set(List<Rule> rules, long now) {
        Entry[] changed = new Entry[rules.size()];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = take(rules.get(i), now);
        }
        entries = changed;
        empty = changed.length == 0;
    }

    private Entry take(Rule rule, long now) {
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].rule.equals(rule)) {
                return entries[i]; // two equal rules share it: the second is never reached
            }
        }
        return new Entry(rule, now);
    }

    /** Whether there are no rules: everything passes. */
    public boolean isEmpty() {
        return empty;
    }

    /** What is to be done with a frame that goes that way, which is counted. One that cannot be read does not pass. */
    public synchronized Verdict decide(Direction way, FrameHeaders frame, int length, long now) {
        if (entries.length > 0 && frame.isMalformed()) {
            return Verdict.DROP;
        }
        for (Entry entry : entries) {
            if (entry.rule.pattern().matches(way, frame)) {
                entry.frames++;
                entry.bytes += length;
                Verdict verdict = verdict(entry, length, now);
                if (verdict != Verdict.PASS) {
                    entry.refused++;
                }
                return verdict;
            }
        }
        return Verdict.PASS;
    }

    private static Verdict verdict(Entry entry, int length, long now) {
        if (entry.credit != null) {
            return entry.credit.spend(length, now) ? Verdict.PASS : Verdict.DROP;
        }
        Action action = entry.rule.action();
        if (action == Action.Accept.ACCEPT) {
            return Verdict.PASS;
        }
        return action == Action.Reject.REJECT ? Verdict.REJECT : Verdict.DROP;
    }

    /** The rules in their order, with what they have decided so far. */
    public synchronized List<Count> counts() {
        List<Count> counts = new ArrayList<>(entries.length);
        for (Entry entry : entries) {
            counts.add(new Count(entry.rule, entry.frames, entry.bytes, entry.refused));
        }
        return counts;
    }
}
