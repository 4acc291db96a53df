#include "shares.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#define LOWER LODGE "/host"
#define WRITES LODGE "/writes"

#define TRANSPORT "trans=xen,version=9p2000.L,msize=524288,access=user,"

enum { DEVICE_WAIT_STEPS = 500, DEVICE_WAIT_STEP_NS = 10000000 };

/* The transport knows a device only once its driver has met it, and says EINVAL or ENOENT until then. */
static bool mount_share(const char *tag, const char *path, unsigned long flags, const char *options)
{
	for (int step = 0;; step++) {
		if (mount(tag, path, "9p", flags, options) == 0)
			return true;
		if ((errno != EINVAL && errno != ENOENT) || step == DEVICE_WAIT_STEPS)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = DEVICE_WAIT_STEP_NS}, NULL);
	}
}

static bool become_root(const char *tag, struct mount_failure *failure)
{
	mkdir(LOWER, 0755);
	mkdir(WRITES, 0755);
	mkdir(NEW_ROOT, 0755);
	/* What lies under an overlay must not change, so the guest may keep what it has read. */
	if (!mount_share(tag, LOWER, MS_RDONLY, TRANSPORT "cache=loose"))
		return mount_failed(failure, "mount the host's directory at", "/");
	if (mount("lodge", WRITES, "tmpfs", 0, "mode=0755") < 0)
		return mount_failed(failure, "mount a tmpfs at", WRITES);
	mkdir(WRITES "/upper", 0755);
	mkdir(WRITES "/work", 0755);
	if (mount("lodge", NEW_ROOT, "overlay", 0,
		  "lowerdir=" LOWER ",upperdir=" WRITES "/upper,workdir=" WRITES "/work") < 0)
		return mount_failed(failure, "mount an overlay at", NEW_ROOT);
	return newroot_enter(failure);
}

bool shares_mount(const struct job *job, struct mount_failure *failure)
{
	for (char **share = job->shares; *share; share += SHARE_STRINGS)
		if (!strcmp(share[SHARE_PATH], "/") && !become_root(share[SHARE_TAG], failure))
			return false;
	for (char **share = job->shares; *share; share += SHARE_STRINGS) {
		if (!strcmp(share[SHARE_PATH], "/"))
			continue;
		unsigned long flags = strcmp(share[SHARE_ACCESS], "ro") ? 0 : MS_RDONLY;
		make_directories(share[SHARE_PATH]);
		if (!mount_share(share[SHARE_TAG], share[SHARE_PATH], flags, TRANSPORT "cache=mmap"))
			return mount_failed(failure, "mount a shared folder at", share[SHARE_PATH]);
	}
	return true;
}
