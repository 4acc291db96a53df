package dev.lodge.scheduler;

/**
 * One vCPU's virtual time and what it has borrowed. The names in comments are Duda and Cheriton's.
 *
 * <p>Virtual time is that of a vCPU of {@link Share#ORDINARY} weight: {@code t} nanoseconds of running advance it by
 * {@code t * 256 / weight}. The paper's mcu, the least that is charged for, is one nanosecond, and its mcu advance the
 * fraction {@code 256 / weight}; the division's remainder is carried to the next charge, so that nothing is lost however
 * short the runs and whatever the weight.
 */
final class BvtAccount {

    /** The longest run charged for at once, 19 hours: a clock that leapt further charges no more. */
    private static final long LONGEST_RUN = 1L << 46;

    /**
     * Virtual distances are cut here before they are multiplied by a weight. Beyond the longest warp and the largest
     * allowance of the smallest weight, so that what is cut is decided alike.
     */
    private static final long FAR = 1L << 46;

    private Share share = Share.of(Share.ORDINARY);
    private long avt;
    private long remainder;
    private boolean warped;
    private long ranWarped;
    private long unwarpedSince;
    private boolean rested;

    void open(Share newShare, long virtualTime) {
        share = newShare;
        avt = virtualTime;
        remainder = 0;
        warped = false;
        ranWarped = 0;
        unwarpedSince = 0;
        rested = true;
    }

    /** From now on another share; a warp that the new one does not have ends. */
    void change(Share newShare, long now) {
        if (newShare.weight() != share.weight()) {
            remainder = 0;
        }
        share = newShare;
        if (warped
                && (newShare.warp().advance() == 0
                        || ranWarped >= newShare.warp().limit())) {
            unwarp(now);
        }
    }

    /** A: actual virtual time. */
    long actual() {
        return avt;
    }

    /** E: effective virtual time, earlier than the actual one while it is warped. */
    long effective() {
        return warped ? avt - share.warp().advance() : avt;
    }

    /** Charges for having run. */
    void charge(long ran, long now) {
        long scaled = Math.min(ran, LONGEST_RUN) * Share.ORDINARY + remainder;
        avt += scaled / share.weight();
        remainder = scaled % share.weight();
        if (warped) {
            ranWarped += ran;
            if (ranWarped >= share.warp().limit()) {
                unwarp(now);
            }
        }
    }

    /** Credit that is older than this is void. */
    void atLeast(long virtualTime) {
        avt = Math.max(avt, virtualTime);
    }

    /** All accounts are set back alike, before the numbers grow too large. Whoever is further behind has slept. */
    void rebase(long by) {
        avt = Math.max(0, avt - by);
    }

    /** Borrows, if it has not borrowed all that it may and not had its rest since. */
    void wake(long now) {
        Warp warp = share.warp();
        if (rested || now - unwarpedSince >= warp.rest()) {
            ranWarped = 0;
        }
        warped = warp.advance() > 0 && ranWarped < warp.limit();
        rested = false;
    }

    void sleep(long now) {
        if (warped) {
            unwarp(now);
        }
    }

    private void unwarp(long now) {
        warped = false;
        unwarpedSince = now;
    }

    /** How far a vCPU may be ahead of others by right, in virtual time: by C, by a warp, and by a nanosecond's rounding. */
    long explainedLag(long allowance) {
        return allowance * Share.ORDINARY / share.weight() + share.warp().advance() + 1;
    }

    /**
     * Nanoseconds until this account is {@code allowance} of real time beyond another's effective virtual time; 0 or less
     * if it is now.
     */
    long untilBeyond(long other, long allowance) {
        long distance = Math.clamp(other - effective(), -FAR, FAR);
        // Rounded up: to decide a nanosecond early would only mean to decide twice.
        return allowance + Math.ceilDiv(distance * share.weight() - remainder, Share.ORDINARY);
    }

    /** Nanoseconds until the warp limit unwarps it, or {@link Warp#UNLIMITED}. */
    long untilUnwarped() {
        long limit = share.warp().limit();
        return warped && limit != Warp.UNLIMITED ? limit - ranWarped : Warp.UNLIMITED;
    }
}
