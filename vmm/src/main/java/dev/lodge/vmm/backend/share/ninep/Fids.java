package dev.lodge.vmm.backend.share.ninep;

import dev.lodge.linux.Errno;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A client's fids by their numbers. Linux takes the smallest number that is free, so a table will do; numbers beyond what it
 * may have are refused.
 */
final class Fids {
    private static final int FIRST_SIZE = 64;

    private final int most;
    private @Nullable Fid[] byNumber = new @Nullable Fid[FIRST_SIZE];

    Fids(int most) {
        this.most = most;
    }

    /** The one of this number, or null. */
    @Nullable
    Fid get(int number) {
        return number >= 0 && number < byNumber.length ? byNumber[number] : null;
    }

    /** Why there cannot be one of this number: {@code -errno}, or 0 if there can. */
    long refusal(int number) {
        if (number < 0 || number >= most) {
            return -Errno.EMFILE;
        }
        return get(number) == null ? 0 : -Errno.EINVAL;
    }

    /** Puts in one whose number {@link #refusal} does not refuse, or in the place of another. */
    void put(int number, Fid fid) {
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.min(most, Math.max(number + 1, byNumber.length * 2)));
        }
        byNumber[number] = fid;
    }

    /** Takes one out, and gives it back. */
    @Nullable
    Fid remove(int number) {
        Fid fid = get(number);
        if (fid != null) {
            byNumber[number] = null;
        }
        return fid;
    }

    /** One more than the highest number there can be now. */
    int end() {
        return byNumber.length;
    }
}
