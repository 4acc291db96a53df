#include "cases.h"
#include "groups.h"

static void flags(void)
{
	char bytes[32] = {0};
	put("text", "some text");
	CASE("truncate", opened("text", O_WRONLY | O_TRUNC, 0), "%s", seen("text"));
	put("text", "some text");
	CASE("truncate when only reading", opened("text", O_RDONLY | O_TRUNC, 0), "%s", seen("text"));
	put("text", "some text");
	int fd = open("text", O_WRONLY | O_APPEND);
	int second = open("text", O_WRONLY | O_APPEND);
	CASE("append", write(fd, "+one", 4), "%s", content("text"));
	CASE("append by another opening", write(second, "+two", 4), "%s", content("text"));
	CASE("append by the first again", write(fd, "+three", 6), "%s", content("text"));
	CASE("append from elsewhere in the file", lseek(fd, 0, SEEK_SET) + write(fd, "+", 1), "%s", content("text"));
	CASE("write at a place of what is appended to", pwrite(fd, "!", 1, 0), "%s", content("text"));
	CASE("read what is open for writing", read(fd, bytes, 4));
	close(fd);
	close(second);
	fd = open("text", O_RDONLY);
	CASE("write to what is open for reading", write(fd, "x", 1));
	CASE("truncate what is open for reading", ftruncate(fd, 0));
	close(fd);
	fd = open("text", O_RDWR | O_DSYNC);
	CASE("write and have it on disk", write(fd, "DSYNC", 5), "%s", content("text"));
	close(fd);
	fd = open("text", O_RDWR | O_SYNC);
	CASE("write and have all on disk", write(fd, "SYNC ", 5), "%s", content("text"));
	close(fd);
	fd = open("text", O_PATH);
	CASE("read what is only held", read(fd, bytes, 1));
	CASE("look at what is only held", 0, "%s", seen_open(fd));
	CASE("mode of what is only held", fchmod(fd, 0600));
	close(fd);
	CASE("without changing the time of access", opened("text", O_RDONLY | O_NOATIME, 0));
	CASE("without blocking", opened("text", O_RDONLY | O_NONBLOCK, 0));
}

static void changed_flags(void)
{
	put("stopped", "text");
	put("started", "text");
	int fd = open("stopped", O_WRONLY | O_APPEND);
	CASE("stop to append", fcntl(fd, F_SETFL, 0));
	CASE("write where it is", pwrite(fd, "T", 1, 0), "%s", content("stopped"));
	close(fd);
	fd = open("started", O_WRONLY);
	CASE("append from now on", fcntl(fd, F_SETFL, O_APPEND) + write(fd, "+", 1), "%s", content("started"));
	close(fd);
}

static void temporary(void)
{
	char path[64];
	int fd = -1;
	CASE("a file without a name", fd = open(".", O_TMPFILE | O_RDWR, 0600));
	if (fd >= 0) {
		write(fd, "nameless", 8);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW);
		close(fd);
		unlink("named");
	}
	CASE("a file without a name, for reading", opened(".", O_TMPFILE | O_RDONLY, 0600));
	strcpy(path, "madeXXXXXX");
	CASE("a file of a name of its own", fd = mkstemp(path), "%s", seen_open(fd));
	unlink(path);
	close(fd);
}

void opens(void)
{
	put("f", "text");
	mkdir("d", 0755);
	symlink("f", "link");
	CASE("create", opened("new", O_CREAT | O_WRONLY, 0640), "%s", seen("new"));
	CASE("create with every bit", opened("bits", O_CREAT | O_WRONLY, 07777), "%s", seen("bits"));
	CASE("create with none", opened("none-may", O_CREAT | O_RDWR, 0), "%s", seen("none-may"));
	umask(077);
	CASE("create under a mask", opened("masked", O_CREAT | O_WRONLY, 0666), "%s", seen("masked"));
	umask(0);
	CASE("create what is there", opened("f", O_CREAT | O_WRONLY, 0600), "%s", seen("f"));
	CASE("create what is there exclusively", opened("f", O_CREAT | O_EXCL | O_WRONLY, 0600), "%s", seen("f"));
	CASE("create exclusively where a directory is", opened("d", O_CREAT | O_EXCL | O_WRONLY, 0600));
	CASE("create where a directory is", opened("d", O_CREAT | O_WRONLY, 0600));
	CASE("create and truncate what is there", opened("f", O_CREAT | O_TRUNC | O_WRONLY, 0600), "%s", seen("f"));
	CASE("create in nothing", opened("none/f", O_CREAT | O_WRONLY, 0600));
	CASE("create in a file", opened("f/f", O_CREAT | O_WRONLY, 0600));
	CASE("create with a slash behind", opened("slash/", O_CREAT | O_WRONLY, 0600));
	CASE("create too long a name", opened(long_name(NAME_LENGTH + 1), O_CREAT | O_WRONLY, 0600));
	CASE("create the longest name", opened(long_name(NAME_LENGTH), O_CREAT | O_WRONLY, 0600), "%s", seen(long_name(NAME_LENGTH)));
	
	CASE("open nothing", opened("none", O_RDONLY, 0));
	CASE("open without a name", opened("", O_RDONLY, 0));
	CASE("open in a file", opened("f/x", O_RDONLY, 0));
	CASE("open a file as a directory", opened("f", O_RDONLY | O_DIRECTORY, 0));
	CASE("open a file with a slash behind", opened("f/", O_RDONLY, 0));
	CASE("open a directory for writing", opened("d", O_WRONLY, 0));
	CASE("open a directory for both", opened("d", O_RDWR, 0));
	CASE("open a directory", opened("d", O_RDONLY, 0));
	CASE("truncate a directory", opened("d", O_RDONLY | O_TRUNC, 0));
	int fd = open("d", O_RDONLY);
	char bytes[8];
	CASE("read a directory", read(fd, bytes, sizeof bytes));
	CASE("write to a directory", write(fd, bytes, sizeof bytes));
	CASE("sync a directory", fsync(fd));
	close(fd);
	fd = open("fresh", O_CREAT | O_EXCL | O_WRONLY, 0444);
	CASE("write to what was made for reading only", write(fd, "still", 5), "%s", content("fresh"));
	close(fd);
	flags();
	changed_flags();
	temporary();
}

void opens_by_others(void)
{
	put("private", "root's");
	put("readable", "everybody's to read");
	put("all", "everybody's");
	chmod("private", 0600);
	chmod("all", 0666);
	mkdir("closed", 0700);
	put("closed/f", "x");
	mkdir("listed", 0744);
	put("listed/f", "x");
	mkdir("entered", 0711);
	put("entered/f", "x");
	mkdir("open", 0777);
	put("group", "the group's");
	chmod("group", 0060);
	chown("group", 0, SOMEBODY);
	put("mine", "mine");
	chmod("mine", 0066);
	chown("mine", SOMEBODY, SOMEBODY);
	AS(SOMEBODY, CASE("root's own", opened("private", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("root's to read, for reading", opened("readable", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("root's to read, for writing", opened("readable", O_WRONLY, 0)));
	AS(SOMEBODY, CASE("root's to read, truncated", opened("readable", O_RDONLY | O_TRUNC, 0), "%s", seen("readable")));
	AS(SOMEBODY, CASE("everybody's, for writing", opened("all", O_WRONLY, 0)));
	AS(SOMEBODY, CASE("the group's", opened("group", O_RDWR, 0)));
	AS(SOMEBODY, CASE("their own, of which they may have nothing", opened("mine", O_RDONLY, 0)));
	AS(ANOTHER, CASE("another's, of which others may have all", opened("mine", O_RDWR, 0)));
	CASE("root may all", opened("mine", O_RDWR, 0));
	AS(SOMEBODY, CASE("in a closed directory", opened("closed/f", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("nothing in a closed directory", opened("closed/none", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("in a directory that may be listed", opened("listed/f", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("in a directory that may be entered", opened("entered/f", O_RDONLY, 0)));
	AS(SOMEBODY, CASE("list one that may be listed", opened("listed", O_RDONLY | O_DIRECTORY, 0)));
	AS(SOMEBODY, CASE("list one that may be entered", opened("entered", O_RDONLY | O_DIRECTORY, 0)));
	AS(SOMEBODY, CASE("create in root's directory", opened("entered/new", O_CREAT | O_WRONLY, 0644)));
	AS(SOMEBODY, CASE("create in everybody's directory", opened("open/new", O_CREAT | O_WRONLY, 0644), "%s", seen("open/new")));
	AS(SOMEBODY, CASE("create with set-id bits", opened("open/bits", O_CREAT | O_WRONLY, 06755), "%s", seen("open/bits")));
	AS(SOMEBODY, CASE("a directory in everybody's directory", mkdir("open/dir", 0755), "%s", seen("open/dir")));
	AS(SOMEBODY, CASE("a link in everybody's directory", symlink("x", "open/link"), "%s", seen("open/link")));
	AS(SOMEBODY, CASE("a pipe in everybody's directory", mkfifo("open/pipe", 0600), "%s", seen("open/pipe")));
	chmod("open", 02777);
	chown("open", 0, ANOTHER);
	AS(SOMEBODY, CASE("create in a directory of a group", opened("open/in-group", O_CREAT | O_WRONLY, 0644), "%s", seen("open/in-group")));
	AS(SOMEBODY, CASE("a directory in a directory of a group", mkdir("open/group-dir", 0755), "%s", seen("open/group-dir")));
	AS(SOMEBODY, CASE("a set-gid file in a directory of a group", opened("open/group-bits", O_CREAT | O_WRONLY, 02755), "%s",
			  seen("open/group-bits")));
	AS(SOMEBODY, CASE("without changing the time of access", opened("readable", O_RDONLY | O_NOATIME, 0)));
	AS(SOMEBODY, {
		int fd = open("open/own", O_CREAT | O_RDWR, 0);
		CASE("what was made with no rights", write(fd, "x", 1), "%s", seen_open(fd));
		CASE("opened again", opened("open/own", O_RDONLY, 0));
		CASE("its mode by its opening", fchmod(fd, 0600), "%s", seen_open(fd));
	});
}
