#include "cases.h"
#include "groups.h"

void modes(void)
{
	put("f", "x");
	mkdir("d", 0755);
	symlink("none", "dangling");
	put("theirs", "x");
	chown("theirs", SOMEBODY, SOMEBODY);
	put("in-group", "x");
	chown("in-group", SOMEBODY, ANOTHER);
	CASE("of a file", chmod("f", 0751), "%s", seen("f"));
	CASE("every bit of a file", chmod("f", 07777), "%s", seen("f"));
	CASE("no bit of a file", chmod("f", 0), "%s", seen("f"));
	CASE("every bit of a directory", chmod("d", 07777), "%s", seen("d"));
	CASE("of nothing", chmod("none", 0644));
	CASE("through a link to nothing", chmod("dangling", 0644));
	CASE("in a file", chmod("f/x", 0644));
	CASE("of too long a name", chmod(long_name(NAME_LENGTH + 1), 0644));
	AS(SOMEBODY, CASE("of root's file, by another", chmod("f", 0777)));
	AS(SOMEBODY, CASE("of their own file", chmod("theirs", 04755), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("set-gid of their own group", chmod("theirs", 02755), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("set-gid of a group that is not theirs", chmod("in-group", 02755), "%s", seen("in-group")));
	AS(ANOTHER, CASE("of another's file", chmod("theirs", 0777)));
	AS(SOMEBODY, CASE("sticky bit of their own file", chmod("theirs", 01755), "%s", seen("theirs")));
	put("set", "text");
	chmod("set", 06777);
	CASE("set-id bits when root writes", truncate("set", 2), "%s", seen("set"));
	int fd = open("set", O_WRONLY);
	CASE("set-id bits when root writes to it", write(fd, "x", 1), "%s", seen("set"));
	close(fd);
	chmod("set", 06777);
	AS(SOMEBODY, {
		int file = open("set", O_WRONLY);
		CASE("set-id bits when another writes to it", write(file, "x", 1), "%s", seen("set"));
	});
	chmod("set", 06777);
	AS(SOMEBODY, CASE("set-id bits when another truncates it", truncate("set", 1), "%s", seen("set")));
	chmod("set", 06767);
	AS(SOMEBODY, {
		int file = open("set", O_WRONLY);
		CASE("set-gid bit that only marks, when another writes", write(file, "y", 1), "%s", seen("set"));
	});
	chmod("set", 06777);
	AS(SOMEBODY, CASE("set-id bits when another truncates by opening", opened("set", O_WRONLY | O_TRUNC, 0), "%s", seen("set")));
}

static void access_checks(void)
{
	put("readable", "x");
	chmod("readable", 0444);
	put("program", "x");
	chmod("program", 0700);
	CASE("root reads", access("readable", R_OK));
	CASE("root writes what is to be read only", access("readable", W_OK));
	CASE("root executes what nobody may", access("readable", X_OK));
	CASE("root executes", access("program", X_OK));
	AS(SOMEBODY, CASE("another reads", access("readable", R_OK)));
	AS(SOMEBODY, CASE("another writes", access("readable", W_OK)));
	AS(SOMEBODY, CASE("another executes", access("program", X_OK)));
	AS(SOMEBODY, CASE("another asks whether it is there", access("program", F_OK)));
	CASE("nothing", access("none", F_OK));
	CASE("execute a text", execl("readable", "readable", NULL));
}

void owners(void)
{
	put("f", "x");
	put("theirs", "x");
	mkdir("d", 0755);
	CASE("of a file", chown("f", SOMEBODY, ANOTHER), "%s", seen("f"));
	CASE("only the user", chown("f", 5, -1), "%s", seen("f"));
	CASE("only the group", chown("f", -1, 6), "%s", seen("f"));
	CASE("neither", chown("f", -1, -1), "%s", seen("f"));
	CASE("of a directory", chown("d", SOMEBODY, SOMEBODY), "%s", seen("d"));
	CASE("of nothing", chown("none", 0, 0));
	CASE("in a file", chown("f/x", 0, 0));
	CASE("of high numbers", chown("f", 70000, 4000000000u), "%s", seen("f"));
	chmod("f", 06755);
	CASE("set-id bits, by root", chown("f", 1, 1), "%s", seen("f"));
	chmod("f", 02745);
	CASE("set-gid bit that only marks, by root", chown("f", 2, 2), "%s", seen("f"));
	chmod("d", 06755);
	CASE("set-id bits of a directory", chown("d", 3, 3), "%s", seen("d"));
	chown("theirs", SOMEBODY, SOMEBODY);
	chmod("theirs", 06755);
	AS(SOMEBODY, CASE("to somebody else, by its owner", chown("theirs", ANOTHER, -1), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("to a group that is not theirs", chown("theirs", -1, ANOTHER), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("to their own group", chown("theirs", -1, SOMEBODY), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("to the same", chown("theirs", SOMEBODY, SOMEBODY), "%s", seen("theirs")));
	AS(SOMEBODY, CASE("neither, by its owner", chown("theirs", -1, -1), "%s", seen("theirs")));
	AS(ANOTHER, CASE("neither, by another", chown("theirs", -1, -1), "%s", seen("theirs")));
	AS(ANOTHER, CASE("to themselves, by another", chown("theirs", ANOTHER, ANOTHER), "%s", seen("theirs")));
	int fd = open("f", O_RDONLY);
	CASE("by what is open for reading", fchown(fd, 7, 8), "%s", seen_open(fd));
	close(fd);
	access_checks();
}

void sticky(void)
{
	mkdir("all", 01777);
	put("all/roots", "x");
	put("all/theirs", "x");
	put("all/target", "x");
	chown("all/theirs", SOMEBODY, SOMEBODY);
	chown("all/target", SOMEBODY, SOMEBODY);
	mkdir("all/dir", 0777);
	mkdir("mine", 01777);
	chown("mine", SOMEBODY, SOMEBODY);
	put("mine/roots", "x");
	AS(SOMEBODY, CASE("remove root's", unlink("all/roots")));
	AS(SOMEBODY, CASE("rename root's", rename("all/roots", "all/x")));
	AS(SOMEBODY, CASE("replace root's", rename("all/theirs", "all/roots")));
	AS(ANOTHER, CASE("remove another's", unlink("all/theirs")));
	AS(ANOTHER, CASE("rename another's", rename("all/theirs", "all/x")));
	AS(SOMEBODY, CASE("remove root's directory", rmdir("all/dir")));
	AS(SOMEBODY, CASE("rename one's own", rename("all/theirs", "all/target"), "%s", seen("all/target")));
	AS(SOMEBODY, CASE("remove one's own", unlink("all/target"), "%s", seen("all/target")));
	AS(SOMEBODY, CASE("remove root's in one's own directory", unlink("mine/roots"), "%s", seen("mine/roots")));
	AS(SOMEBODY, CASE("create", opened("all/new", O_CREAT | O_WRONLY, 0644), "%s", seen("all/new")));
	AS(ANOTHER, CASE("create what is another's already", opened("all/new", O_CREAT | O_WRONLY, 0644)));
	CASE("remove another's, by root", unlink("all/new"));
}
