#include "cases.h"
#include "groups.h"

#include <time.h>

static const char *times_of(const char *path)
{
	static char text[2][120];
	static int next;
	struct stat s;
	char *to = text[next++ % 2];
	if (lstat(path, &s) < 0)
		return "?";
	snprintf(to, sizeof text[0], "%lld.%09ld %lld.%09ld", (long long)s.st_atim.tv_sec, s.st_atim.tv_nsec,
		 (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
	return to;
}

static int set(const char *path, long access, long access_nanos, long modification, long modification_nanos)
{
	struct timespec both[] = {{.tv_sec = access, .tv_nsec = access_nanos},
				  {.tv_sec = modification, .tv_nsec = modification_nanos}};
	return utimensat(AT_FDCWD, path, both, AT_SYMLINK_NOFOLLOW);
}

static bool is_recent(const char *path)
{
	struct stat s;
	return lstat(path, &s) == 0 && labs(time(NULL) - s.st_mtim.tv_sec) < 100 && labs(time(NULL) - s.st_atim.tv_sec) < 100;
}

void set_times(void)
{
	put("f", "x");
	mkdir("d", 0755);
	symlink("f", "link");
	mkfifo("pipe", 0600);
	CASE("of a file", set("f", 1000000000, 123456789, 1100000000, 987654321), "%s", times_of("f"));
	CASE("only of access", set("f", 5, 1, 0, UTIME_OMIT), "%s", times_of("f"));
	CASE("only of modification", set("f", 0, UTIME_OMIT, 7, 2), "%s", times_of("f"));
	CASE("neither", set("f", 0, UTIME_OMIT, 0, UTIME_OMIT), "%s", times_of("f"));
	CASE("of a directory", set("d", 1000000000, 1, 1100000000, 2), "%s", times_of("d"));
	CASE("of a link", set("link", 1000000000, 3, 1100000000, 4), "%s %s", times_of("link"), times_of("f"));
	CASE("of a pipe", set("pipe", 1000000000, 5, 1100000000, 6), "%s", times_of("pipe"));
	CASE("before 1970", set("f", -1000, 7, -2, 999999999), "%s", times_of("f"));
	CASE("after 2038", set("f", 5000000000, 8, 6000000000, 9), "%s", times_of("f"));
	CASE("too many nanoseconds", set("f", 1, 1000000000, 1, 0), "%s", times_of("f"));
	CASE("negative nanoseconds", set("f", 1, 0, 1, -1), "%s", times_of("f"));
	CASE("now", set("f", 0, UTIME_NOW, 0, UTIME_NOW), "%s", is_recent("f") ? "recent" : times_of("f"));
	CASE("now and then", set("f", 0, UTIME_NOW, 1234567890, 0), "%s", strchr(times_of("f"), ' '));
	CASE("of nothing", set("none", 1, 1, 1, 1));
	int fd = open("f", O_RDONLY);
	CASE("by an opening", futimens(fd, (struct timespec[]){{.tv_sec = 11}, {.tv_sec = 12}}), "%s", times_of("f"));
	close(fd);
	chmod("f", 0666);
	AS(SOMEBODY, CASE("by another", set("f", 1, 1, 1, 1)));
	AS(SOMEBODY, CASE("now, by another who may write", set("f", 0, UTIME_NOW, 0, UTIME_NOW), "%s", is_recent("f") ? "recent" : "old"));
	chmod("f", 0644);
	AS(SOMEBODY, CASE("now, by another who may not", set("f", 0, UTIME_NOW, 0, UTIME_NOW)));
	AS(SOMEBODY, CASE("one of them now, by another", set("f", 0, UTIME_NOW, 0, UTIME_OMIT)));
	chown("f", SOMEBODY, SOMEBODY);
	AS(SOMEBODY, CASE("by its owner", set("f", 21, 1, 22, 2), "%s", times_of("f")));
	fd = open("f", O_WRONLY);
	set("f", 31, 0, 32, 0);
	close(fd);
	CASE("before its closing", 0, "%s", times_of("f"));
	fd = open("f", O_RDWR);
	write(fd, "more", 4);
	set("f", 41, 0, 42, 0);
	close(fd);
	CASE("between writing and closing", 0, "%s", times_of("f"));
}

static struct stat before[2];

static void remember(const char *path, const char *directory)
{
	lstat(path, &before[0]);
	lstat(directory, &before[1]);
	let_time_pass();
}

static bool later(struct timespec now, struct timespec then)
{
	return now.tv_sec > then.tv_sec || (now.tv_sec == then.tv_sec && now.tv_nsec > then.tv_nsec);
}

/* Which of a file's times, and of its directory's, have moved. */
static const char *moved(const char *path, const char *directory)
{
	static char text[80];
	struct stat now = before[0], above = before[1];
	lstat(path, &now);
	lstat(directory, &above);
	snprintf(text, sizeof text, "file:%s%s directory:%s%s", later(now.st_mtim, before[0].st_mtim) ? " modified" : "",
		 later(now.st_ctim, before[0].st_ctim) ? " changed" : "", later(above.st_mtim, before[1].st_mtim) ? " modified" : "",
		 later(above.st_ctim, before[1].st_ctim) ? " changed" : "");
	return text;
}

#define MOVED(name, path, directory, call)                                                                             \
	do {                                                                                                           \
		remember(path, directory);                                                                             \
		CASE(name, call, "%s", moved(path, directory));                                                        \
	} while (0)

void moved_times(void)
{
	mkdir("d", 0755);
	mkdir("e", 0755);
	put("d/f", "text");
	int fd = open("d/f", O_RDWR);
	MOVED("by a write", "d/f", "d", write(fd, "x", 1));
	MOVED("by a write of nothing", "d/f", "d", write(fd, "x", 0));
	MOVED("by a truncation", "d/f", "d", ftruncate(fd, 2));
	MOVED("by a truncation to its size", "d/f", "d", ftruncate(fd, 2));
	MOVED("by a truncation to its size by name", "d/f", "d", truncate("d/f", 2));
	MOVED("by truncating when opened", "d/f", "d", opened("d/f", O_WRONLY | O_TRUNC, 0));
	MOVED("by truncating the empty file when opened", "d/f", "d", opened("d/f", O_WRONLY | O_TRUNC, 0));
	MOVED("by its mode", "d/f", "d", chmod("d/f", 0600));
	MOVED("by its owner", "d/f", "d", chown("d/f", 1, 1));
	MOVED("by no owner", "d/f", "d", chown("d/f", -1, -1));
	MOVED("by another name", "d/f", "d", link("d/f", "d/g"));
	MOVED("by a name less", "d/f", "d", unlink("d/g"));
	MOVED("by opening", "d/f", "d", opened("d/f", O_RDONLY, 0));
	MOVED("by creating what is there", "d/f", "d", opened("d/f", O_CREAT | O_WRONLY, 0600));
	MOVED("by creating", "d/new", "d", opened("d/new", O_CREAT | O_WRONLY, 0600));
	MOVED("by a directory", "d", "d", mkdir("d/d", 0755));
	MOVED("by a directory less", "d", "d", rmdir("d/d"));
	MOVED("by a link", "d", "d", symlink("x", "d/link"));
	MOVED("by a failure", "d/f", "d", mkdir("d/f", 0755));
	MOVED("by its times", "d/f", "d", set("d/f", 1, 1, 0, UTIME_OMIT));
	MOVED("where it came from", "e", "d", rename("d/f", "e/f"));
	MOVED("where it went", "d", "e", rename("e/f", "d/f"));
	remember("d/f", "d");
	CASE("of what was renamed", rename("d/f", "d/h"), "%s", moved("d/h", "d"));
	close(fd);
}
