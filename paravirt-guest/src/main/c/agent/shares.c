#include "shares.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define LODGE "/.lodge"
#define LOWER LODGE "/host"
#define WRITES LODGE "/writes"
#define ROOT LODGE "/root"
#define MODULES LODGE "/modules"

#define TRANSPORT "trans=xen,version=9p2000.L,msize=524288,access=user,"

enum { DEVICE_WAIT_STEPS = 500, DEVICE_WAIT_STEP_NS = 10000000 };

static bool failed(struct share_failure *failure, const char *what, const char *path)
{
	*failure = (struct share_failure){.what = what, .path = path, .error = errno};
	return false;
}

static void make_directories(const char *path)
{
	char parent[PATH_MAX];
	for (const char *slash = path; (slash = strchr(slash + 1, '/'));) {
		int length = snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
		if (length >= (int)sizeof parent)
			return;
		mkdir(parent, 0755);
	}
	mkdir(path, 0755);
}

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

static void move_mount(const char *path)
{
	char target[sizeof ROOT + 16];
	snprintf(target, sizeof target, ROOT "%s", path);
	mkdir(target, 0755);
	mount(path, target, NULL, MS_MOVE, NULL);
}

/* The new root may have no modules of this kernel's. */
static void bring_modules(void)
{
	struct utsname name;
	char path[sizeof ROOT + 128];
	if (uname(&name) < 0)
		return;
	snprintf(path, sizeof path, ROOT "/lib/modules/%.64s/modules.dep", name.release);
	if (access(path, F_OK) == 0)
		return;
	*strrchr(path, '/') = 0;
	make_directories(path);
	mount(MODULES, path, NULL, MS_BIND, NULL);
}

static bool become_root(const char *tag, struct share_failure *failure)
{
	mkdir(LOWER, 0755);
	mkdir(WRITES, 0755);
	mkdir(ROOT, 0755);
	/* What lies under an overlay must not change, so the guest may keep what it has read. */
	if (!mount_share(tag, LOWER, MS_RDONLY, TRANSPORT "cache=loose"))
		return failed(failure, "mount the host's directory", "/");
	if (mount("lodge", WRITES, "tmpfs", 0, "mode=0755") < 0)
		return failed(failure, "mount a tmpfs", WRITES);
	mkdir(WRITES "/upper", 0755);
	mkdir(WRITES "/work", 0755);
	if (mount("lodge", ROOT, "overlay", 0,
		  "lowerdir=" LOWER ",upperdir=" WRITES "/upper,workdir=" WRITES "/work") < 0)
		return failed(failure, "mount an overlay", ROOT);
	bring_modules();
	move_mount("/dev");
	move_mount("/proc");
	move_mount("/sys");
	move_mount("/run");
	if (chdir(ROOT) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return failed(failure, "change the root", ROOT);
	return true;
}

bool shares_mount(const struct job *job, struct share_failure *failure)
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
			return failed(failure, "mount a shared folder", share[SHARE_PATH]);
	}
	return true;
}
