package dev.lodge.vmm;

import java.nio.file.Path;

/**
 * A directory of the host that a guest may mount: {@code mount -t 9p -o trans=xen,version=9p2000.L TAG PATH}. {@link
 * GuestCommand#share} has the guest's agent do that.
 *
 * <p>Nothing outside the directory can be reached by the guest, but for other file systems that are mounted in it. Where this
 * process is root, files belong to whom the guest says; else what the guest makes is the caller's, whose files the guest sees as
 * its root's.
 *
 * @param tag what the guest knows it by; one share's of the domain
 * @param readOnly whether the guest may not change anything
 */
public record SharedDirectory(String tag, Path directory, boolean readOnly) {
    /**
     * Checks the tag.
     *
     * @throws IllegalArgumentException if it is empty or has a NUL
     */
    public SharedDirectory {
        if (tag.isEmpty() || tag.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a shared directory needs a tag without a NUL");
        }
    }
}
