#include "rootdisk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	WAIT_STEP_NS = 10000000,
	DISK_WAIT_STEPS = 500,
	PARTITION_WAIT_STEPS = 100,
	END_WAIT_STEPS = 200,
	MOST_PARTITIONS = 128,
	LONGEST_MAGIC = 8,
};

/* Where each file system's superblock has its magic number: Linux's include/uapi/linux/magic.h, and xfs_format.h. */
static const struct magic {
	const char *class; /* of its modules: "fs-" and its type */
	off_t offset;
	size_t length;
	const char *bytes;
} magics[] = {
	{"fs-ext4", 0x438, 2, "\x53\xef"},
	{"fs-xfs", 0, 4, "XFSB"},
	{"fs-btrfs", 0x10040, 8, "_BHRfS_M"},
	{"fs-squashfs", 0, 4, "hsqs"},
	{"fs-erofs", 0x400, 4, "\xe2\xe1\xf5\xe0"},
};

static void wait_a_step(void)
{
	nanosleep(&(struct timespec){.tv_nsec = WAIT_STEP_NS}, NULL);
}

/* The class; null where there is none of those known here. */
static const char *file_system_of(int fd)
{
	char found[LONGEST_MAGIC];
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		const struct magic *magic = &magics[i];
		if (pread(fd, found, magic->length, magic->offset) == (ssize_t)magic->length &&
		    !memcmp(found, magic->bytes, magic->length))
			return magic->class;
	}
	return NULL;
}

/* By lstat: the root's own links may lead anywhere before it is the root. */
static bool looks_like_a_root(void)
{
	struct stat status;
	return lstat(NEW_ROOT "/bin", &status) == 0 || lstat(NEW_ROOT "/usr", &status) == 0 ||
	       lstat(NEW_ROOT "/sbin", &status) == 0;
}

/* A journal that nobody has closed cannot be replayed on a disk that is only to be read. */
static bool mount_root(const char *device, const char *type, bool read_only)
{
	if (mount(device, NEW_ROOT, type, read_only ? MS_RDONLY : 0, NULL) == 0)
		return true;
	return read_only && errno == EROFS &&
	       mount(device, NEW_ROOT, type, MS_RDONLY, !strcmp(type, "ext4") ? "noload" : "norecovery") == 0;
}

/* Mounts the device at NEW_ROOT if a root is on it. */
static bool try_device(const char *device, module_report *report, struct mount_failure *failure)
{
	int read_only = 0;
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const char *class = file_system_of(fd);
	ioctl(fd, BLKROGET, &read_only);
	close(fd);
	if (!class)
		return false;
	modules_load_class(class, report);
	const char *type = class + strlen("fs-");
	if (!mount_root(device, type, read_only))
		return mount_failed(failure, "mount the root disk's", type);
	if (!looks_like_a_root()) {
		umount(NEW_ROOT);
		errno = ENOENT;
		return mount_failed(failure, "find /bin, /sbin or /usr in the root disk's", type);
	}
	if (read_only)
		mount("lodge", NEW_ROOT "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	return true;
}

static bool await_disk(const char *disk)
{
	char path[PATH_MAX];
	snprintf(path, sizeof path, "/dev/%s", disk);
	for (int step = 0; step < DISK_WAIT_STEPS; step++) {
		if (access(path, F_OK) == 0)
			return true;
		wait_a_step();
	}
	return false;
}

/* The disk itself, then its partitions. */
static bool try_all(const char *disk, module_report *report, struct mount_failure *failure)
{
	char device[PATH_MAX];
	for (int number = 0; number <= MOST_PARTITIONS; number++) {
		snprintf(device, sizeof device, number ? "/dev/%s%d" : "/dev/%s", disk, number);
		if (try_device(device, report, failure))
			return true;
	}
	return false;
}

bool rootdisk_enter(const char *disk, module_report *report, struct mount_failure *failure)
{
	mkdir(NEW_ROOT, 0755);
	if (!await_disk(disk))
		return mount_failed(failure, "find the root disk", disk);
	errno = ENOENT;
	mount_failed(failure, "find a file system (ext4, xfs, btrfs, squashfs or erofs) on the root disk", disk);
	/* The disk's node is there a moment before those of its partitions. */
	for (int step = 0; !try_all(disk, report, failure); step++) {
		if (failure->path != disk || step == PARTITION_WAIT_STEPS)
			return false;
		wait_a_step();
	}
	return newroot_enter(failure);
}

void rootdisk_leave(void)
{
	kill(-1, SIGKILL);
	for (int step = 0; step < END_WAIT_STEPS && (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD); step++)
		wait_a_step();
	sync();
	mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL);
}
