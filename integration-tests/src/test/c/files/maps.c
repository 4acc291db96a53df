#include "cases.h"
#include "groups.h"

#include <signal.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

/* Whether a process that touches a byte is killed for it. */
static int touched(const volatile char *byte)
{
	pid_t child = fork();
	int status;
	if (child == 0) {
		char value = *byte;
		_exit(value & 0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static char *map(int fd, size_t length, int protection, int flags)
{
	return mmap(NULL, length, protection, flags, fd, 0);
}

void maps(void)
{
	char bytes[32] = {0};
	put("f", "the first page's text");
	int fd = open("f", O_RDWR);
	ftruncate(fd, 2 * PAGE);
	char *shared = map(fd, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	CASE("shared", shared == MAP_FAILED ? -1 : 0);
	if (shared == MAP_FAILED)
		return;
	CASE("read through it", 0, "%.9s", shared);
	memcpy(shared, "THE", 3);
	memcpy(shared + PAGE, "second", 6);
	CASE("write through it and sync", msync(shared, 2 * PAGE, MS_SYNC), "%s", content("f"));
	CASE("read the second page", pread(fd, bytes, 6, PAGE), "%s", bytes);
	pwrite(fd, "WRITTEN", 7, 4);
	CASE("see what is written", 0, "%.11s", shared);
	ELSEWHERE({
		int theirs = open("f", O_RDWR);
		pwrite(theirs, "by another", 10, 100);
	});
	CASE("see what another process writes", 0, "%.10s", shared + 100);
	ELSEWHERE(memcpy(shared + 200, "a child", 7));
	CASE("see what a child writes through it", 0, "%.7s", shared + 200);
	memcpy(shared + 300, "last words", 10);
	CASE("unmap", munmap(shared, 2 * PAGE));
	CASE("read what was written last", pread(fd, bytes, 10, 300), "%s", bytes);
	close(fd);
	fd = open("f", O_RDWR);
	char *private = map(fd, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	memcpy(private, "private", 7);
	CASE("private", 0, "%.7s %.7s", private, content("f"));
	munmap(private, PAGE);
	shared = map(fd, 3 * PAGE, PROT_READ, MAP_SHARED);
	CASE("beyond the end", touched(shared + 2 * PAGE) == SIGBUS ? 0 : -1);
	CASE("before the end", touched(shared + PAGE));
	ftruncate(fd, 100);
	CASE("beyond what was cut off", touched(shared + PAGE) == SIGBUS ? 0 : -1);
	munmap(shared, 3 * PAGE);
	close(fd);
	fd = open("f", O_RDONLY);
	CASE("for writing what is open for reading", map(fd, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED) == MAP_FAILED ? -1 : 0);
	close(fd);
	fd = open("f", O_WRONLY);
	CASE("for reading what is open for writing", map(fd, PAGE, PROT_READ, MAP_SHARED) == MAP_FAILED ? -1 : 0);
	close(fd);
	put("gone", "to be unlinked");
	fd = open("gone", O_RDWR);
	shared = map(fd, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	unlink("gone");
	close(fd);
	memcpy(shared, "TO", 2);
	CASE("what is neither open nor named", msync(shared, PAGE, MS_SYNC), "%.14s", shared);
	munmap(shared, PAGE);
	fd = open("large", O_CREAT | O_RDWR, 0644);
	ftruncate(fd, 1 << 20);
	shared = map(fd, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED);
	for (int i = 0; i < 1 << 20; i += 64)
		memcpy(shared + i, &i, sizeof i);
	CASE("many pages", munmap(shared, 1 << 20));
	close(fd);
}
