/**
 * What a guest is given to run, and the protocol that its agent speaks: the initramfs and the job in it, the frames on
 * the command channel, the bare-metal test guests.
 *
 * <p>Nothing here runs a guest, touches {@code /dev/kvm} or moves bytes to a console: frames are coded and decoded
 * in memory, images are written to files.
 */
@NullMarked
package dev.lodge.guest;

import org.jspecify.annotations.NullMarked;
