#include "cases.h"
#include "groups.h"

void directories(void)
{
	char path[5000];
	put("f", "x");
	symlink("nowhere", "dangling");
	CASE("make", mkdir("d", 0755), "%s", seen("d"));
	CASE("make with a sticky bit", mkdir("sticky", 01777), "%s", seen("sticky"));
	CASE("make with a set-gid bit", mkdir("group", 02755), "%s", seen("group"));
	umask(027);
	CASE("make under a mask", mkdir("masked", 0777), "%s", seen("masked"));
	umask(0);
	CASE("make what is there", mkdir("d", 0755));
	CASE("make where a file is", mkdir("f", 0755));
	CASE("make where a link to nothing is", mkdir("dangling", 0755));
	CASE("make in a file", mkdir("f/d", 0755));
	CASE("make in nothing", mkdir("none/d", 0755));
	CASE("make .", mkdir("d/.", 0755));
	CASE("make ..", mkdir("d/..", 0755));
	CASE("make with a slash behind", mkdir("slash/", 0755), "%s", seen("slash"));
	CASE("make without a name", mkdir("", 0755));
	CASE("make of the longest name", mkdir(long_name(NAME_LENGTH), 0755), "%s", seen(long_name(NAME_LENGTH)));
	CASE("make of too long a name", mkdir(long_name(NAME_LENGTH + 1), 0755));
	memset(path, '/', sizeof path);
	memcpy(path, "d/e", 3);
	strcpy(path + 4200, "x");
	CASE("make by too long a path", mkdir(path, 0755));
	CASE("make by odd bytes", mkdir("\001\377 \t\n*", 0755), "%s", seen("\001\377 \t\n*"));
	CASE("links of a directory with two in it", mkdir("d/1", 0755) + mkdir("d/2", 0755), "%s", seen("d"));
	CASE("remove one with something in it", rmdir("d"));
	CASE("remove one of them", rmdir("d/1"), "%s", seen("d"));
	CASE("remove .", rmdir("d/."));
	CASE("remove ..", rmdir("d/2/.."));
	CASE("remove a file", rmdir("f"));
	CASE("remove nothing", rmdir("none"));
	CASE("remove in a file", rmdir("f/d"));
	symlink("d", "to-d");
	CASE("remove a link to a directory", rmdir("to-d"));
	CASE("remove a link to a directory with a slash behind", rmdir("to-d/"));
	mkdir("gone", 0755);
	int fd = open("gone", O_RDONLY | O_DIRECTORY);
	int here = open(".", O_RDONLY | O_DIRECTORY);
	CASE("remove one that is open", rmdir("gone"), "%s", seen("gone"));
	CASE("make a file in a removed one", openat(fd, "f", O_CREAT | O_WRONLY, 0644));
	CASE("make a directory in a removed one", mkdirat(fd, "d", 0755));
	CASE("look up a name in a removed one", faccessat(fd, "f", F_OK, 0));
	close(fd);
	mkdir("here", 0755);
	chdir("here");
	CASE("remove the working directory", rmdir("../here"));
	CASE("its name", getcwd(path, sizeof path) ? 0 : -1);
	CASE("a file in it", opened("f", O_CREAT | O_WRONLY, 0644));
	fchdir(here);
	close(here);
	CASE("a working directory that is a file", chdir("f"));
	CASE("a working directory that is not there", chdir("none"));
	CASE("deep ones", mkdir("deep", 0755) + mkdir("deep/er", 0755) + mkdir("deep/er/still", 0755), "%s %s", seen("deep/er/still/../.."),
	     seen("deep"));
}

static void unlink_open(void)
{
	char bytes[16] = {0};
	put("open", "before");
	int fd = open("open", O_RDWR);
	CASE("one that is open", unlink("open"), "%s %s", seen("open"), seen_open(fd));
	CASE("read it", pread(fd, bytes, 6, 0), "%s", bytes);
	CASE("write to it", pwrite(fd, "after", 5, 3), "%s", seen_open(fd));
	CASE("its size", ftruncate(fd, 5), "%s", seen_open(fd));
	CASE("its mode", fchmod(fd, 0600), "%s", seen_open(fd));
	CASE("its owner", fchown(fd, SOMEBODY, ANOTHER), "%s", seen_open(fd));
	CASE("its times", futimens(fd, (struct timespec[]){{.tv_sec = 1}, {.tv_sec = 2}}));
	CASE("read it again", pread(fd, bytes, sizeof bytes, 0), "%s", bytes);
	CASE("sync it", fsync(fd));
	put("open", "another");
	CASE("one of its name", 0, "%s %s", content("open"), seen_open(fd));
	CASE("link it anew", linkat(AT_FDCWD, "/proc/self/fd/none", AT_FDCWD, "anew", AT_SYMLINK_FOLLOW));
	close(fd);
}

void unlinks(void)
{
	put("f", "x");
	put("g", "x");
	mkdir("d", 0755);
	symlink("g", "to-g");
	symlink("d", "to-d");
	CASE("a file", unlink("f"), "%s", seen("f"));
	CASE("it again", unlink("f"));
	CASE("a directory", unlink("d"));
	CASE("a directory as a directory", unlinkat(AT_FDCWD, "d", AT_REMOVEDIR), "%s", seen("d"));
	CASE("a link", unlink("to-g"), "%s %s", seen("to-g"), seen("g"));
	CASE("a file with a slash behind", unlink("g/"));
	CASE("in a file", unlink("g/f"));
	CASE("in nothing", unlink("none/f"));
	CASE("too long a name", unlink(long_name(NAME_LENGTH + 1)));
	CASE("no name", unlink(""));
	CASE("a file as a directory", unlinkat(AT_FDCWD, "g", AT_REMOVEDIR));
	CASE("with a flag that is none", unlinkat(AT_FDCWD, "g", 0x40000000));
	link("g", "g2");
	CASE("one of two names", unlink("g"), "%s", seen("g2"));
	unlink_open();
	mkdir("full", 0755);
	put("full/f", "x");
	mkdir("full/d", 0777);
	AS(SOMEBODY, CASE("by another user in root's directory", unlink("full/f")));
	AS(SOMEBODY, CASE("by another user, of nothing", unlink("full/none")));
	AS(SOMEBODY, CASE("by another user, of a directory", rmdir("full/d")));
	mkdir("all", 0777);
	put("all/f", "x");
	AS(SOMEBODY, CASE("by another user in everybody's directory", unlink("all/f")));
}
