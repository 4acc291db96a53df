#include "cases.h"
#include "groups.h"

#include <sys/syscall.h>

enum { NOREPLACE = 1, EXCHANGE = 2, WHITEOUT = 4 };

static int rename2(const char *from, const char *to, unsigned flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void with_flags(void)
{
	put("a", "a");
	put("b", "b");
	CASE("without replacing, to a name that is free", rename2("a", "free", NOREPLACE), "%s", content("free"));
	put("a", "a");
	CASE("without replacing, to one that is not", rename2("a", "b", NOREPLACE), "%s %s", content("a"), content("b"));
	CASE("two for each other", rename2("a", "b", EXCHANGE), "%s %s", content("a"), content("b"));
	CASE("one for nothing", rename2("a", "none", EXCHANGE));
	CASE("both at once", rename2("a", "b", EXCHANGE | NOREPLACE));
	CASE("flags that are none", rename2("a", "b", 0x100));
}

static void of_open_files(void)
{
	char bytes[16] = {0};
	put("open", "text");
	put("target", "the target's");
	int fd = open("open", O_RDWR);
	int old = open("target", O_RDONLY);
	CASE("an open file", rename("open", "moved"), "%s %s", seen("open"), seen("moved"));
	CASE("write to it", write(fd, "TE", 2), "%s", content("moved"));
	CASE("over an open file", rename("moved", "target"), "%s %s", content("target"), seen_open(old));
	CASE("read what was there", read(old, bytes, sizeof bytes), "%s", bytes);
	CASE("write to what came", write(fd, "XT", 2), "%s", content("target"));
	CASE("its mode", fchmod(fd, 0600), "%s", seen("target"));
	close(fd);
	close(old);
	mkdir("dir", 0755);
	put("dir/f", "f");
	fd = open("dir", O_RDONLY | O_DIRECTORY);
	int file = open("dir/f", O_RDWR);
	CASE("an open directory", rename("dir", "dir2"), "%s", seen("dir2"));
	CASE("make in it", openat(fd, "new", O_CREAT | O_WRONLY, 0644), "%s", seen("dir2/new"));
	CASE("a file that was open in it", write(file, "g", 1), "%s %s", content("dir2/f"), seen_open(file));
	mkdir("other", 0755);
	CASE("its file to elsewhere", rename("dir2/f", "other/f"), "%s", seen_open(file));
	CASE("the file's size", ftruncate(file, 9), "%s", seen("other/f"));
	close(fd);
	close(file);
}

void renames(void)
{
	put("f", "f");
	put("g", "g");
	mkdir("d", 0755);
	mkdir("e", 0755);
	mkdir("full", 0755);
	put("full/f", "x");
	symlink("f", "link");
	symlink("d", "to-d");
	CASE("a file", rename("f", "f2"), "%s %s", seen("f"), content("f2"));
	CASE("a file to itself", rename("f2", "f2"), "%s", content("f2"));
	CASE("over a file", rename("f2", "g"), "%s %s", seen("f2"), content("g"));
	link("g", "h");
	CASE("over another name of it", rename("g", "h"), "%s %s", seen("g"), seen("h"));
	unlink("h");
	CASE("over a directory", rename("g", "d"), "%s", seen("d"));
	CASE("a directory over a file", rename("d", "g"), "%s", seen("g"));
	CASE("a directory over an empty one", rename("e", "d"), "%s %s", seen("e"), seen("d"));
	CASE("a directory over one that is not empty", rename("d", "full"), "%s", seen("full"));
	CASE("a directory into itself", rename("d", "d/x"));
	CASE("a directory onto its parent", rename("full", "full/.."));
	CASE("a directory into another", rename("d", "full/d"), "%s %s", seen("d"), seen("full"));
	CASE("back", rename("full/d", "d"), "%s %s", seen("d"), seen("full"));
	CASE(".", rename("d/.", "x"));
	CASE("..", rename("d/..", "x"));
	CASE("nothing", rename("none", "x"));
	CASE("into nothing", rename("g", "none/g"));
	CASE("into a file", rename("d", "g/d"));
	CASE("without a name", rename("", "x"));
	CASE("to no name", rename("g", ""));
	CASE("to the longest name", rename("g", long_name(NAME_LENGTH)), "%s", seen(long_name(NAME_LENGTH)));
	CASE("back from it", rename(long_name(NAME_LENGTH), "g"), "%s", seen("g"));
	CASE("to too long a name", rename("g", long_name(NAME_LENGTH + 1)));
	CASE("a file with a slash behind", rename("g/", "x"));
	CASE("a file to a name with a slash behind", rename("g", "x/"));
	CASE("a directory to a name with a slash behind", rename("d", "x/"), "%s", seen("x"));
	CASE("a link", rename("link", "link2"), "%s %s", seen("link"), seen("link2"));
	CASE("over a link", rename("g", "link2"), "%s", content("link2"));
	CASE("to another file system", rename("link2", "/proc/link2"));
	CASE("a link to a directory", rename("to-d", "to-x"), "%s", seen("to-x"));
	CASE("a directory over a link", rename("x", "to-x"), "%s", seen("to-x"));
	with_flags();
	of_open_files();
}

void renames_by_others(void)
{
	mkdir("roots", 0755);
	mkdir("alls", 0777);
	mkdir("theirs", 0755);
	chown("theirs", SOMEBODY, SOMEBODY);
	put("roots/f", "f");
	put("alls/f", "f");
	mkdir("alls/d", 0755);
	AS(SOMEBODY, CASE("in root's directory", rename("roots/f", "roots/g")));
	AS(SOMEBODY, CASE("out of root's directory", rename("roots/f", "alls/g")));
	AS(SOMEBODY, CASE("into root's directory", rename("alls/f", "roots/g")));
	AS(SOMEBODY, CASE("in everybody's directory", rename("alls/f", "alls/g"), "%s", seen("alls/g")));
	AS(SOMEBODY, CASE("into their own directory", rename("alls/g", "theirs/g"), "%s", seen("theirs/g")));
	AS(SOMEBODY, CASE("root's directory within everybody's", rename("alls/d", "alls/e"), "%s", seen("alls/e")));
	AS(SOMEBODY, CASE("root's directory into their own", rename("alls/e", "theirs/e")));
}
