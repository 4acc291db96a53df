/*
 * Exercises one file, and knows at every moment what must be in it.
 *   exercise FILE SEED COUNT
 * Does COUNT operations, drawn by lot from SEED, on FILE: reads and writes, by calls and by mappings, with other sizes, holes,
 * new descriptors and without what is cached. Prints "ok COUNT SIZE", or what differs and how it came to that, and ends with 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST = 300000, MOST_AT_ONCE = 70000, PAGE = 4096, REMEMBERED = 40 };

static unsigned char model[LONGEST], buffer[MOST_AT_ONCE];
static long size;
static const char *path;
static int fd = -1;
static uint64_t state;

static struct {
	const char *what;
	long at, length, size;
} history[REMEMBERED];
static long done;

static long draw(long limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (long)(state % (uint64_t)limit);
}

static void fail(const char *why, long at)
{
	printf("%s at %ld, errno %d\n", why, at, errno);
	for (long i = done > REMEMBERED ? done - REMEMBERED : 0; i <= done; i++)
		printf("%6ld %s %ld+%ld of %ld\n", i, history[i % REMEMBERED].what, history[i % REMEMBERED].at,
		       history[i % REMEMBERED].length, history[i % REMEMBERED].size);
	exit(1);
}

static void note(const char *what, long at, long length)
{
	history[done % REMEMBERED].what = what;
	history[done % REMEMBERED].at = at;
	history[done % REMEMBERED].length = length;
	history[done % REMEMBERED].size = size;
}

static void compare(const unsigned char *found, long at, long length)
{
	for (long i = 0; i < length; i++)
		if (found[i] != model[at + i])
			fail("another byte", at + i);
}

static void grow_to(long end)
{
	if (end > size) {
		memset(model + size, 0, (size_t)(end - size));
		size = end;
	}
}

static void read_part(void)
{
	long at = draw(LONGEST), length = 1 + draw(MOST_AT_ONCE);
	long expected = at >= size ? 0 : size - at < length ? size - at : length;
	note("read", at, length);
	for (long got = 0; got < expected;) {
		ssize_t n = pread(fd, buffer + got, (size_t)(length - got), at + got);
		if (n <= 0)
			fail("too short", at + got);
		got += n;
	}
	if (expected < length && pread(fd, buffer, 1, size) != 0)
		fail("bytes beyond the end", size);
	if (expected > 0 && pread(fd, buffer, (size_t)expected, at) == expected)
		compare(buffer, at, expected);
}

static void fill(long length)
{
	for (long i = 0; i < length; i++)
		buffer[i] = (unsigned char)draw(256);
}

static void write_part(void)
{
	long length = 1 + draw(draw(4) ? 9000 : MOST_AT_ONCE), at = draw(LONGEST - length);
	note("write", at, length);
	fill(length);
	for (long put = 0; put < length;) {
		ssize_t n = pwrite(fd, buffer + put, (size_t)(length - put), at + put);
		if (n <= 0)
			fail("not written", at + put);
		put += n;
	}
	grow_to(at + length);
	memcpy(model + at, buffer, (size_t)length);
}

static void append(void)
{
	long length = 1 + draw(5000);
	if (size + length > LONGEST)
		return;
	note("append", size, length);
	fill(length);
	int end = open(path, O_WRONLY | O_APPEND);
	if (end < 0 || write(end, buffer, (size_t)length) != length || close(end) < 0)
		fail("not appended", size);
	long at = size;
	grow_to(at + length);
	memcpy(model + at, buffer, (size_t)length);
}

static void cut(void)
{
	long to = draw(3) ? draw(LONGEST) : draw(size + 1);
	note("truncate", to, 0);
	if (ftruncate(fd, to) < 0)
		fail("not cut", to);
	if (to > size)
		grow_to(to);
	size = to;
}

static void punch(void)
{
	long at = draw(LONGEST), length = 1 + draw(20000);
	note("punch", at, length);
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, length) < 0) {
		if (errno != EOPNOTSUPP)
			fail("no hole", at);
		return;
	}
	if (at < size)
		memset(model + at, 0, (size_t)(at + length > size ? size - at : length));
}

static void map_part(int write)
{
	if (size == 0)
		return;
	long at = draw(size) / PAGE * PAGE, length = size - at < MOST_AT_ONCE ? size - at : MOST_AT_ONCE;
	note(write ? "write by a mapping" : "read by a mapping", at, length);
	unsigned char *map = mmap(NULL, (size_t)length, PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED, fd, at);
	if (map == MAP_FAILED)
		fail("not mapped", at);
	if (write) {
		long from = draw(length), count = 1 + draw(length - from);
		fill(count);
		memcpy(map + from, buffer, (size_t)count);
		memcpy(model + at + from, buffer, (size_t)count);
		if (draw(2) && msync(map, (size_t)length, MS_SYNC) < 0)
			fail("not synced", at);
	} else {
		compare(map, at, length);
	}
	munmap(map, (size_t)length);
}

static void open_again(void)
{
	note("open again", 0, 0);
	if (fd >= 0 && close(fd) < 0)
		fail("not closed", 0);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		fail("not opened", 0);
}

static void forget_cache(void)
{
	note("forget what is cached", 0, 0);
	if (fsync(fd) < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		fail("not forgotten", 0);
}

static void look(void)
{
	struct stat found;
	note("stat", 0, 0);
	if (fstat(fd, &found) < 0 || found.st_size != size || stat(path, &found) < 0 || found.st_size != size)
		fail("another size", found.st_size);
}

static void check_all(void)
{
	note("read all", 0, size);
	for (long at = 0; at < size; at += PAGE) {
		long length = size - at < PAGE ? size - at : PAGE;
		if (pread(fd, buffer, (size_t)length, at) != length)
			fail("too short", at);
		compare(buffer, at, length);
	}
}

int main(int count, char **words)
{
	if (count != 4)
		return 2;
	path = words[1];
	state = strtoull(words[2], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
	long operations = atol(words[3]);
	unlink(path);
	open_again();
	for (done = 1; done <= operations; done++) {
		switch (draw(16)) {
		case 0: case 1: case 2: read_part(); break;
		case 3: case 4: case 5: case 6: write_part(); break;
		case 7: append(); break;
		case 8: cut(); break;
		case 9: map_part(0); break;
		case 10: case 11: map_part(1); break;
		case 12: punch(); break;
		case 13: open_again(); break;
		case 14: forget_cache(); break;
		default: look(); break;
		}
	}
	check_all();
	open_again();
	forget_cache();
	check_all();
	printf("ok %ld %ld\n", operations, size);
	return 0;
}
