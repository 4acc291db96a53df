#include "cases.h"
#include "groups.h"

void links(void)
{
	put("f", "f");
	put("other", "other");
	mkdir("d", 0755);
	symlink("f", "link");
	symlink("none", "dangling");
	CASE("a file", link("f", "f2"), "%s %s", seen("f"), same_file("f", "f2") ? "same" : "not the same");
	CASE("a file in a directory", link("f", "d/f"), "%s", seen("f2"));
	CASE("where something is", link("f", "other"), "%s", content("other"));
	CASE("to itself", link("f", "f"));
	CASE("a directory", link("d", "d2"));
	CASE("nothing", link("none", "x"));
	CASE("into nothing", link("f", "none/x"));
	CASE("into a file", link("f", "other/x"));
	CASE("too long a name", link("f", long_name(NAME_LENGTH + 1)));
	CASE("a link", link("link", "link2"), "%s %s", seen("link2"), same_file("link", "link2") ? "same" : "not the same");
	CASE("what a link leads to", linkat(AT_FDCWD, "link", AT_FDCWD, "f3", AT_SYMLINK_FOLLOW), "%s", seen("f3"));
	CASE("a link to nothing", link("dangling", "dangling2"), "%s", seen("dangling2"));
	CASE("to another file system", link("f", "/proc/version2"));
	CASE("with a slash behind", link("f", "x/"));
	CASE("write to one name", truncate("f3", 5), "%s %s", seen("f"), seen("d/f"));
	CASE("mode by another name", chmod("d/f", 0640), "%s", seen("f"));
	CASE("one name less", unlink("f"), "%s %s", seen("f2"), content("f3"));
	int fd = open("other", O_RDWR);
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	CASE("an open file", linkat(AT_FDCWD, path, AT_FDCWD, "other2", AT_SYMLINK_FOLLOW), "%s", seen("other2"));
	CASE("an open file without a name", linkat(fd, "", AT_FDCWD, "other3", AT_EMPTY_PATH), "%s", seen("other3"));
	close(fd);
	int failed = 0;
	for (int i = 0; i < 100; i++) {
		char name[16];
		snprintf(name, sizeof name, "many%d", i);
		failed += link("other", name) < 0;
	}
	CASE("many", failed, "%d %s", failed, seen("other"));
	AS(SOMEBODY, CASE("by another user in root's directory", link("f2", "x")));
	mkdir("all", 0777);
	AS(SOMEBODY, CASE("by another user in everybody's directory", opened("all/own", O_CREAT | O_WRONLY, 0600) + link("all/own", "all/own2"),
			  "%s", seen("all/own2")));
}

static void loops(void)
{
	char name[16], before[16] = "end";
	symlink("loop", "loop");
	symlink("two", "one");
	symlink("one", "two");
	CASE("to itself, opened", opened("loop", O_RDONLY, 0));
	CASE("in a circle, opened", opened("one", O_RDONLY, 0));
	CASE("in a circle, on the way", opened("one/f", O_RDONLY, 0));
	put("end", "the end");
	for (int i = 0; i <= 41; i++) {
		snprintf(name, sizeof name, "chain%d", i);
		symlink(before, name);
		strcpy(before, name);
	}
	CASE("forty", opened("chain39", O_RDONLY, 0), "%s", content("chain39"));
	CASE("forty-one", opened("chain40", O_RDONLY, 0));
}

void symbolic_links(void)
{
	char target[8192];
	put("f", "f");
	mkdir("d", 0755);
	put("d/f", "in d");
	CASE("to a file", symlink("f", "link"), "%s %s", seen("link"), content("link"));
	CASE("to nothing", symlink("none", "dangling"), "%s %s", seen("dangling"), content("dangling"));
	CASE("to a directory", symlink("d", "to-d"), "%s %s", seen("to-d"), content("to-d/f"));
	CASE("upwards", symlink("../../..", "up"), "%s", seen("up"));
	CASE("to the host's files", symlink("/etc/passwd", "absolute"), "%s", seen("absolute"));
	CASE("where something is", symlink("f", "d"));
	CASE("where a link is", symlink("f", "dangling"));
	CASE("in nothing", symlink("f", "none/x"));
	CASE("in a file", symlink("x", "f/x"));
	CASE("to an empty name", symlink("", "empty"));
	CASE("too long a name", symlink("f", long_name(NAME_LENGTH + 1)));
	CASE("to a long target", symlink(long_name(4000), "far"), "%s", seen("far"));
	CASE("to the longest target", symlink(long_name(4095), "farther"), "%s", seen("farther"));
	CASE("to too long a target", symlink(long_name(4096), "farthest"), "%s", seen("farthest"));
	CASE("read", readlink("link", target, sizeof target), "%.1s", target);
	CASE("read a long one", readlink("farther", target, sizeof target) == 4095 ? 0 : -1);
	CASE("read into little room", readlink("up", target, 3) == 3 ? 0 : -1, "%.3s", target);
	CASE("read a file", readlink("f", target, sizeof target));
	CASE("read a directory", readlink("d", target, sizeof target));
	CASE("read nothing", readlink("none", target, sizeof target));
	CASE("open without following", opened("link", O_RDONLY | O_NOFOLLOW, 0));
	CASE("open a directory by it without following", opened("to-d", O_RDONLY | O_NOFOLLOW | O_DIRECTORY, 0));
	CASE("create through one to nothing", opened("dangling", O_CREAT | O_WRONLY, 0644), "%s %s", seen("dangling"), seen("none"));
	CASE("create exclusively through one", opened("link", O_CREAT | O_EXCL | O_WRONLY, 0644));
	CASE("mode through one", chmod("link", 0600), "%s %s", seen("f"), seen("link"));
	CASE("owner of one", lchown("link", SOMEBODY, ANOTHER), "%s %s", seen("link"), seen("f"));
	CASE("owner through one", chown("link", SOMEBODY, ANOTHER), "%s", seen("f"));
	CASE("size through one", truncate("link", 7), "%s", seen("f"));
	CASE("times of one",
	     utimensat(AT_FDCWD, "link", (struct timespec[]){{.tv_sec = 5}, {.tv_sec = 6}}, AT_SYMLINK_NOFOLLOW));
	CASE("a directory's with a slash behind", opened("to-d/", O_RDONLY | O_DIRECTORY, 0), "%s", seen("to-d/"));
	CASE("a file's with a slash behind", opened("link/", O_RDONLY, 0));
	loops();
}
