package dev.lodge.vmm.network.router;

import dev.lodge.vmm.network.Alarm;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.FrameHeaders;
import dev.lodge.vmm.network.NetworkPort;
import dev.lodge.vmm.network.Offloads;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A port with the firewall-router in front of it: what it refuses does not reach the port behind it, nor the domain.
 *
 * <p>A domain that has used up its credit waits: its frames stay in its own ring. One thread, but for the rules and counts.
 */
public final class RouterPort implements NetworkPort {

    /** Frames refused one after the other before others get their turn. */
    private static final int MOST_REFUSED_AT_ONCE = 64;

    private final NetworkPort network;
    private final SourceGuard guard;
    private final RuleList rules;
    private final @Nullable Credit credit;
    private final Alarm alarm;
    private final AtomicLong forged = new AtomicLong();
    private final Frame answer = new Frame();
    private boolean answered; // the answer waits to be received
    private boolean lent; // it was, and the domain still has it
    private @Nullable Frame passed; // it may pass, was not taken, and stays as it is until it is
    private boolean behind; // another waits for that
    private Runnable ready = () -> {};

    /**
     * A router.
     *
     * @param rules may be changed by others while this works
     * @param limit bytes a second that the domain may send, or 0 for no limit
     * @param alarm wakes whoever was told by {@link #attach}
     */
    public RouterPort(NetworkPort network, SourceGuard guard, RuleList rules, long limit, Alarm alarm) {
        this.network = network;
        this.guard = guard;
        this.rules = rules;
        this.alarm = alarm;
        credit = limit == 0 ? null : new Credit(limit, alarm.now());
    }

    /** How many frames were sent under an address that is not the domain's. Any thread. */
    public long forged() {
        return forged.get();
    }

    @Override
    public Offloads offloads() {
        return network.offloads();
    }

    @Override
    public void attach(Runnable toBeCalled) {
        ready = toBeCalled;
        passed = null; // another sender's may be in the same place
        lent = false;
        behind = false;
        network.attach(toBeCalled);
    }

    @Override
    public int file() {
        return network.file();
    }

    @Override
    public boolean send(Frame frame) {
        if (passed != null) {
            if (frame == passed) {
                return pass(frame);
            }
            behind = true; // of another queue: to be decided on, and counted, when it can be sent
            return false;
        }
        FrameHeaders headers = frame.headers();
        if (!guard.allows(headers)) {
            forged.getAndIncrement();
            return true;
        }
        Credit limit = credit;
        long now = limit == null ? 0 : alarm.now();
        if (limit != null && limit.availableAt(now) > now) {
            alarm.at(limit.availableAt(now));
            return false;
        }
        RuleList.Verdict verdict = rules.isEmpty()
                ? RuleList.Verdict.PASS
                : rules.decide(Direction.OUT, headers, frame.length(), alarm.now());
        if (limit != null) {
            limit.spend(frame.length(), now);
        }
        if (verdict == RuleList.Verdict.PASS) {
            return pass(frame);
        }
        if (verdict == RuleList.Verdict.REJECT && !answered && !lent && Rejection.answer(frame, answer)) {
            answered = true;
            ready.run();
        }
        return true;
    }

    private boolean pass(Frame frame) {
        boolean taken = network.send(frame);
        passed = taken ? null : frame;
        if (taken && behind) {
            behind = false;
            ready.run();
        }
        return taken;
    }

    @Override
    public void flush() {
        network.flush();
    }

    @Override
    public @Nullable Frame receive() {
        lent = answered;
        answered = false;
        if (lent) {
            return answer;
        }
        for (int refused = 0; refused < MOST_REFUSED_AT_ONCE; refused++) {
            Frame frame = network.receive();
            if (frame == null || rules.isEmpty()) {
                return frame;
            }
            RuleList.Verdict verdict = rules.decide(Direction.IN, frame.headers(), frame.length(), alarm.now());
            if (verdict == RuleList.Verdict.PASS) {
                return frame;
            }
            if (verdict == RuleList.Verdict.REJECT && Rejection.answer(frame, answer)) {
                network.send(answer);
                network.flush();
            }
        }
        ready.run();
        return null;
    }

    @Override
    public boolean isUp() {
        return network.isUp();
    }

    @Override
    public void close() {
        network.close();
    }
}
