/* From the initramfs to the root that the job asks for. */
#ifndef LODGE_NEWROOT_H
#define LODGE_NEWROOT_H

#include <stdbool.h>

#define LODGE "/.lodge"
/* Where a new root is mounted before it is entered. */
#define NEW_ROOT LODGE "/root"

struct mount_failure {
	const char *what; /* what could not be done, up to the word before */
	const char *path; /* where, or to what */
	int error;
};

/* Records errno, and returns false. */
bool mount_failed(struct mount_failure *failure, const char *what, const char *path);

/* Makes a directory and those above it. What cannot be made shows when it is used. */
void make_directories(const char *path);

/* Makes what is mounted at NEW_ROOT the root, with /dev, /proc, /sys and /run, and this kernel's modules where it has none. */
bool newroot_enter(struct mount_failure *failure);

#endif
