#include "newroot.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MODULES LODGE "/modules"

bool mount_failed(struct mount_failure *failure, const char *what, const char *path)
{
	*failure = (struct mount_failure){.what = what, .path = path, .error = errno};
	return false;
}

void make_directories(const char *path)
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

/* A root that cannot be written to, and lacks the directory, does without. */
static void move_mount(const char *path)
{
	char target[sizeof NEW_ROOT + 16];
	snprintf(target, sizeof target, NEW_ROOT "%s", path);
	mkdir(target, 0755);
	mount(path, target, NULL, MS_MOVE, NULL);
}

/* The new root may have no modules of this kernel's. */
static void bring_modules(void)
{
	struct utsname name;
	char path[sizeof NEW_ROOT + 128];
	if (uname(&name) < 0)
		return;
	snprintf(path, sizeof path, NEW_ROOT "/lib/modules/%.64s/modules.dep", name.release);
	if (access(path, F_OK) == 0)
		return;
	*strrchr(path, '/') = 0;
	make_directories(path);
	mount(MODULES, path, NULL, MS_BIND, NULL);
}

bool newroot_enter(struct mount_failure *failure)
{
	bring_modules();
	move_mount("/dev");
	move_mount("/proc");
	move_mount("/sys");
	move_mount("/run");
	if (chdir(NEW_ROOT) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return mount_failed(failure, "change the root to", NEW_ROOT);
	return true;
}
