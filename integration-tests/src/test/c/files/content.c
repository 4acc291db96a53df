#include "cases.h"
#include "groups.h"

#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <sys/uio.h>

static const off_t FAR = 5LL << 30;

static const char *blocks(const char *path)
{
	struct stat s;
	return lstat(path, &s) < 0 ? "?" : s.st_blocks == 0 ? "none" : s.st_blocks < 1024 ? "few" : "many";
}

static void holes(void)
{
	int fd = open("sparse", O_CREAT | O_RDWR, 0644);
	char bytes[8] = "12345";
	CASE("write far out", pwrite(fd, "end", 3, FAR), "%s %s", seen("sparse"), blocks("sparse"));
	CASE("read far out", pread(fd, bytes, 8, FAR), "%s", bytes);
	CASE("read in the hole", pread(fd, bytes, 3, FAR - 100), "%d%d%d", bytes[0], bytes[1], bytes[2]);
	CASE("read beyond the end", pread(fd, bytes, 3, FAR + 100));
	CASE("seek to the end", lseek(fd, 0, SEEK_END) == FAR + 3 ? 0 : -1);
	CASE("seek to data", 0, "%lld", (long long)lseek(fd, 0, SEEK_DATA));
	CASE("seek to a hole", 0, "%lld", (long long)lseek(fd, 0, SEEK_HOLE));
	CASE("seek to data beyond the end", lseek(fd, FAR * 2, SEEK_DATA));
	CASE("seek to before the beginning", lseek(fd, -1, SEEK_SET));
	CASE("shorter", ftruncate(fd, 0), "%s %s", seen("sparse"), blocks("sparse"));
	close(fd);
}

static void allocation(void)
{
	int fd = open("allocated", O_CREAT | O_RDWR, 0644);
	CASE("allocate", fallocate(fd, 0, 0, 10000), "%s %s", seen("allocated"), blocks("allocated"));
	ftruncate(fd, 0);
	CASE("allocate by the library", (errno = posix_fallocate(fd, 0, 10000)) == 0 ? 0 : -1);
	ftruncate(fd, 0);
	pwrite(fd, "0123456789", 10, 0);
	CASE("punch a hole", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 4), "%s", content("allocated"));
	close(fd);
}

void sizes(void)
{
	put("f", "0123456789");
	mkdir("d", 0755);
	CASE("shorter", truncate("f", 4), "%s", content("f"));
	CASE("longer", truncate("f", 8), "%s", content("f"));
	CASE("far longer", truncate("f", FAR), "%s %s", seen("f"), blocks("f"));
	CASE("none", truncate("f", 0), "%s", seen("f"));
	CASE("negative", truncate("f", -1));
	CASE("more than there can be", truncate("f", 0x7fffffffffffffff), "%s", seen("f"));
	CASE("of a directory", truncate("d", 0));
	CASE("of nothing", truncate("none", 0));
	CASE("in a file", truncate("f/x", 0));
	AS(SOMEBODY, CASE("by another", truncate("f", 0)));
	int fd = open("f", O_WRONLY);
	CASE("negative, of an open one", ftruncate(fd, -1));
	CASE("of an open one", ftruncate(fd, 5), "%s", seen("f"));
	chmod("f", 0);
	CASE("of an open one that nobody may write", ftruncate(fd, 3), "%s", seen("f"));
	close(fd);
	put("both", "0123456789");
	fd = open("both", O_RDWR);
	int second = open("both", O_RDWR);
	char bytes[16] = {0};
	CASE("by one of two openings", ftruncate(fd, 4) + pread(second, bytes, 10, 0) < 0 ? -1 : 0, "%s %s", bytes, seen_open(second));
	CASE("written by the other beyond the end", pwrite(second, "x", 1, 6), "%s %s", content("both"), seen_open(fd));
	close(fd);
	close(second);
	holes();
	allocation();
}

static void between_files(void)
{
	put("from", "what is to be copied");
	int from = open("from", O_RDONLY), to = open("to", O_CREAT | O_RDWR, 0644);
	off_t start = 5;
	CASE("send a file's bytes", sendfile(to, from, &start, 2) == 2 ? 0 : -1, "%s %lld", content("to"), (long long)start);
	off_t in = 0, out = 2;
	ssize_t copied = 0;
	CASE("copy a range", copied = copy_file_range(from, &in, to, &out, 20, 0), "%zd %s", copied, content("to"));
	in = 15, out = 0;
	CASE("copy a range beyond the end", copied = copy_file_range(from, &in, to, &out, 100, 0), "%zd %s", copied, content("to"));
	CASE("copy with a flag", copy_file_range(from, &in, to, &out, 1, 1));
	int pipes[2];
	pipe(pipes);
	in = 0;
	CASE("splice into a pipe", splice(from, &in, pipes[1], NULL, 7, 0));
	out = 0;
	CASE("splice out of a pipe", splice(pipes[0], NULL, to, &out, 7, 0), "%s", content("to"));
	CASE("sync the data", fdatasync(to));
	CASE("sync all", fsync(to));
	CASE("sync a range", sync_file_range(to, 0, 4, SYNC_FILE_RANGE_WRITE));
	CASE("sync the file system", syncfs(to));
	close(from);
	close(to);
	close(pipes[0]);
	close(pipes[1]);
}

static void directly(void)
{
	char *page = aligned_alloc(4096, 8192);
	int fd = -1;
	CASE("past the cache", fd = open("direct", O_CREAT | O_RDWR | O_DIRECT, 0644));
	memset(page, 'a', 8192);
	CASE("write past it", pwrite(fd, page, 8192, 0), "%s", seen("direct"));
	memset(page, 'b', 4096);
	CASE("write in the middle past it", pwrite(fd, page, 4096, 4096));
	CASE("read past it", pread(fd, page, 8192, 0), "%c%c", page[0], page[4096]);
	close(fd);
	free(page);
}

void transfers(void)
{
	char bytes[64] = {0};
	struct iovec parts[] = {{"one ", 4}, {"two ", 4}, {"three", 5}};
	int fd = open("f", O_CREAT | O_RDWR, 0644);
	CASE("write parts", writev(fd, parts, 3), "%s", content("f"));
	CASE("read parts", (long)preadv(fd, (struct iovec[]){{bytes, 4}, {bytes + 10, 4}}, 2, 0), "%s%s", bytes, bytes + 10);
	CASE("read nothing", read(fd, bytes, 0));
	CASE("write from nowhere", write(fd, (void *)8, 100), "%s", seen("f"));
	CASE("read to nowhere", pread(fd, (void *)8, 10, 0));
	CASE("read at a negative place", pread(fd, bytes, 1, -1));
	CASE("write at a negative place", pwrite(fd, bytes, 1, -1));
	CASE("write at the last place there is", pwrite(fd, bytes, 1, 0x7fffffffffffffff));
	close(fd);
	static char large[3 << 20], again[sizeof large];
	for (size_t i = 0; i < sizeof large; i++)
		large[i] = i * 31 + (i >> 12);
	fd = open("large", O_CREAT | O_RDWR, 0644);
	CASE("write much at once", write(fd, large, sizeof large) == sizeof large ? 0 : -1, "%s", seen("large"));
	CASE("read much at once", pread(fd, again, sizeof again, 0) == sizeof again ? 0 : -1, "%s",
	     memcmp(large, again, sizeof large) ? "differs" : "same");
	CASE("read across the end", pread(fd, again, sizeof again, sizeof again - 1000) == 1000 ? 0 : -1);
	CASE("write over the middle", pwrite(fd, large, 100000, 12345) == 100000 ? 0 : -1);
	close(fd);
	between_files();
	directly();
	struct statvfs fs;
	CASE("the file system", statvfs(".", &fs), "%lu %lu %s", fs.f_bsize, fs.f_namemax, fs.f_blocks >= fs.f_bfree ? "sane" : "not sane");
}
