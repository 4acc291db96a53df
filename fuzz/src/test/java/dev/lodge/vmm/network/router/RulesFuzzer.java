package dev.lodge.vmm.network.router;

import static dev.lodge.fuzz.Claim.require;

import dev.lodge.fuzz.Claim;
import dev.lodge.fuzz.Input;
import dev.lodge.vmm.network.Frame;
import dev.lodge.vmm.network.MacAddress;
import dev.lodge.vmm.network.Packets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules' text and frames' headers. Each input is the length of a rule's text, the text, and a frame: the text is a rule or is refused with a
 * reason; the frame is decided on, and answered if it can be, by a frame that is whole.
 */
public final class RulesFuzzer {
    private static final long HEAP = 1 << 20;
    private static final Frame FRAME = new Frame();
    private static final Frame ANSWER = new Frame();
    private static final Rule REJECT = RuleText.parse("reject");

    private static final List<String> TEXTS = List.of(
            "accept out tcp to 10.0.2.2 port 8000-8080",
            "reject out udp to any port 53",
            "rate=1M in from 192.0.2.0/24",
            "drop ip6 from fd00::/8 to ::1",
            "drop arp",
            "reject icmp from 2001:db8::1 to any");

    private RulesFuzzer() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Claim.allocatesAtMost(HEAP + 64L * bytes.length, () -> run(new Input(bytes)));
    }

    /** Rules of each kind, each with a frame. */
    public static List<byte[]> seeds() {
        byte[][] frames = {
            Packets.ipv4(6, Packets.tcp(1, 8_000, 2, 0)),
            Packets.ipv6(6, Packets.tcp(1, 25, 16, 10)),
            Packets.ipv4(17, Packets.udp(1, 53, 20)),
            Packets.ipv6(17, Packets.udp(1, 53, 20)),
            Packets.arp(Packets.ALICE, 0x0a00_0001),
            Packets.ipv6(58, new byte[] {-128, 0, 0, 0, 0, 0, 0, 0}),
        };
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < frames.length; i++) {
            byte[] text = TEXTS.get(i).getBytes(StandardCharsets.US_ASCII);
            byte[] seed = new byte[1 + text.length + frames[i].length];
            seed[0] = (byte) text.length;
            System.arraycopy(text, 0, seed, 1, text.length);
            System.arraycopy(frames[i], 0, seed, 1 + text.length, frames[i].length);
            seeds.add(seed);
        }
        return seeds;
    }

    private static void run(Input input) {
        String text = new String(input.bytes(input.u8()), StandardCharsets.ISO_8859_1);
        List<Rule> rules = new ArrayList<>();
        try {
            rules.add(RuleText.parse(text));
        } catch (IllegalArgumentException refused) {
            require(String.valueOf(refused.getMessage()).startsWith("the rule '"), "no reason: " + refused);
        }
        rules.add(REJECT);
        byte[] bytes = input.rest();
        if (bytes.length < Frame.MIN_LENGTH || bytes.length > Frame.MAX_LENGTH) {
            return;
        }
        FRAME.bytes().copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes));
        FRAME.set(bytes.length, Frame.Checksum.UNKNOWN, 0);
        RuleList list = new RuleList();
        list.set(rules, 0);
        RuleList.Verdict first = list.decide(Direction.OUT, FRAME.headers(), FRAME.length(), 1);
        RuleList.Verdict second = list.decide(Direction.OUT, FRAME.headers(), FRAME.length(), 1);
        require(first == second || first == RuleList.Verdict.PASS, "a verdict that changes: " + first + ", " + second);
        boolean _ = new SourceGuard(new MacAddress(Packets.ALICE), List.of()).allows(FRAME.headers());
        if (Rejection.answer(FRAME, ANSWER)) {
            require(ANSWER.headers().ipVersion() == FRAME.headers().ipVersion(), "an answer that is no IP");
            require(
                    !ANSWER.headers().isMalformed() && ANSWER.headers().end() == ANSWER.length(),
                    "an answer in pieces");
            require(ANSWER.length() <= 600, "an answer of " + ANSWER.length() + " bytes");
        }
    }
}
