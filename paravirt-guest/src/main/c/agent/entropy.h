/*
 * The host's random bytes, in the file /.lodge/seed of the initramfs: a guest has
 * no noise of its own at first, and perhaps no RDRAND.
 */
#ifndef LODGE_ENTROPY_H
#define LODGE_ENTROPY_H

/* Seeds the kernel's generator with them, and forgets them. */
void entropy_add(void);

#endif
