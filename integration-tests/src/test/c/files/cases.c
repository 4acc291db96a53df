#include "cases.h"

#include <grp.h>
#include <stdarg.h>
#include <time.h>

static const char *group;

void begin_group(const char *name)
{
	group = name;
	if (mkdir(name, 0755) < 0 || chdir(name) < 0) {
		perror(name);
		exit(1);
	}
}

void end_group(void)
{
	fflush(stdout);
	chdir("..");
}

static const char *error_name(int error)
{
#define NAMED(name)                                                                                                    \
	case name:                                                                                                     \
		return #name
	switch (error) {
		NAMED(EPERM);
		NAMED(ENOENT);
		NAMED(EIO);
		NAMED(ENXIO);
		NAMED(E2BIG);
		NAMED(EBADF);
		NAMED(EAGAIN);
		NAMED(ENOMEM);
		NAMED(EACCES);
		NAMED(EFAULT);
		NAMED(EBUSY);
		NAMED(EEXIST);
		NAMED(EXDEV);
		NAMED(ENODEV);
		NAMED(ENOTDIR);
		NAMED(EISDIR);
		NAMED(EINVAL);
		NAMED(EMFILE);
		NAMED(ENOTTY);
		NAMED(ETXTBSY);
		NAMED(EFBIG);
		NAMED(ENOSPC);
		NAMED(ESPIPE);
		NAMED(EROFS);
		NAMED(EMLINK);
		NAMED(EPIPE);
		NAMED(ERANGE);
		NAMED(EDEADLK);
		NAMED(ENAMETOOLONG);
		NAMED(ENOLCK);
		NAMED(ENOSYS);
		NAMED(ENOTEMPTY);
		NAMED(ELOOP);
		NAMED(ENODATA);
		NAMED(EPROTO);
		NAMED(EOVERFLOW);
		NAMED(EOPNOTSUPP);
		NAMED(ECONNREFUSED);
		NAMED(EADDRINUSE);
		NAMED(ESTALE);
	}
	static char number[24];
	snprintf(number, sizeof number, "errno-%d", error);
	return number;
#undef NAMED
}

void tell_result(const char *name, long result, int error)
{
	printf("%s: %s: %s", group, name, result < 0 ? error_name(error) : "ok");
}

void tell_facts(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	putchar(' ');
	vprintf(format, arguments);
	va_end(arguments);
}

void tell_end(void)
{
	putchar('\n');
}

void become(int user)
{
	if (user >= 0 && (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0))
		_exit(1);
}

static char *next_text(size_t *size)
{
	static char texts[4][160];
	static int next;
	*size = sizeof texts[0];
	return texts[next++ % 4];
}

static const char *kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "link";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
		return "character";
	case S_IFBLK:
		return "block";
	}
	return "?";
}

static const char *described(int result, const struct stat *s)
{
	size_t size;
	char *text = next_text(&size);
	if (result < 0)
		snprintf(text, size, "[%s]", error_name(errno));
	else
		snprintf(text, size, "[%s %04o %ld %d:%d %lld]", kind(s->st_mode), s->st_mode & 07777, (long)s->st_nlink,
			 (int)s->st_uid, (int)s->st_gid, (long long)s->st_size);
	return text;
}

const char *seen(const char *path)
{
	struct stat s;
	int result = lstat(path, &s);
	return described(result, &s);
}

const char *seen_open(int fd)
{
	struct stat s;
	int result = fstat(fd, &s);
	return described(result, &s);
}

const char *content(const char *path)
{
	size_t size;
	char *text = next_text(&size);
	int fd = open(path, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : read(fd, text, 60);
	if (length < 0) {
		snprintf(text, size, "(%s)", error_name(errno));
	} else {
		for (ssize_t i = 0; i < length; i++)
			if (text[i] < ' ' || text[i] > '~')
				text[i] = '.';
		text[length] = 0;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

bool same_file(const char *path, const char *other)
{
	struct stat a, b;
	return lstat(path, &a) == 0 && lstat(other, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int opened(const char *path, int flags, int mode)
{
	int fd = open(path, flags, mode);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0) {
		perror(path);
		exit(1);
	}
}

const char *long_name(int length)
{
	static char names[2][8192];
	static int next;
	char *name = names[next++ % 2];
	memset(name, 'n', length);
	name[length] = 0;
	return name;
}

void let_time_pass(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}
