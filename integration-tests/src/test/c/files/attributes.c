#include "cases.h"
#include "groups.h"

#include <sys/xattr.h>

static char value[70000];

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of a file's attributes that programs give, sorted. */
static const char *names(const char *path)
{
	static char list[4096], text[4096];
	char *sorted[100];
	int count = 0;
	ssize_t length = llistxattr(path, list, sizeof list);
	text[0] = 0;
	for (ssize_t at = 0; at < length && count < 100; at += strlen(list + at) + 1)
		if (!strncmp(list + at, "user.", 5) || !strncmp(list + at, "trusted.", 8))
			sorted[count++] = list + at;
	qsort(sorted, count, sizeof *sorted, compare);
	for (int i = 0; i < count; i++)
		strcat(strcat(text, sorted[i]), ",");
	return text;
}

static int get(const char *path, const char *name)
{
	memset(value, 0, 100);
	return getxattr(path, name, value, sizeof value);
}

static void of_users(void)
{
	CASE("set", setxattr("f", "user.one", "value", 5, 0), "%s", names("f"));
	CASE("get", get("f", "user.one"), "%s", value);
	CASE("set again", setxattr("f", "user.one", "another value", 13, 0) + get("f", "user.one") < 0 ? -1 : 0, "%s", value);
	CASE("make what is there", setxattr("f", "user.one", "x", 1, XATTR_CREATE));
	CASE("replace what is there", setxattr("f", "user.one", "x", 1, XATTR_REPLACE));
	CASE("replace what is not", setxattr("f", "user.none", "x", 1, XATTR_REPLACE));
	CASE("make", setxattr("f", "user.two", "2", 1, XATTR_CREATE), "%s", names("f"));
	CASE("an empty one", setxattr("f", "user.empty", "", 0, 0), "%s", names("f"));
	CASE("get an empty one", get("f", "user.empty"));
	CASE("replace by an empty one", setxattr("f", "user.two", "", 0, XATTR_REPLACE), "%s", names("f"));
	setxattr("f", "user.two", "2", 1, 0);
	CASE("make an empty one", setxattr("f", "user.three", "", 0, XATTR_CREATE), "%s", names("f"));
	CASE("the size of one", getxattr("f", "user.one", NULL, 0) == 1 ? 0 : -1);
	CASE("into little room", getxattr("f", "user.one", value, 0) < 0 ? -1 : 0);
	setxattr("f", "user.one", "long enough", 11, 0);
	CASE("into too little room", getxattr("f", "user.one", value, 3));
	CASE("names into too little room", listxattr("f", value, 3));
	memset(value, 'v', sizeof value);
	CASE("2000 bytes", setxattr("f", "user.large", value, 2000, 0));
	CASE("get 2000 bytes", getxattr("f", "user.large", value, sizeof value) == 2000 ? 0 : -1);
	CASE("too many bytes", setxattr("f", "user.huge", value, 65537, 0));
	CASE("remove", removexattr("f", "user.one"), "%s", names("f"));
	CASE("remove again", removexattr("f", "user.one"));
	CASE("of a directory", setxattr("d", "user.d", "x", 1, 0), "%s", names("d"));
	CASE("through a link", setxattr("link", "user.via", "x", 1, 0), "%s", names("f"));
	CASE("of a link", lsetxattr("link", "user.link", "x", 1, 0));
	CASE("of a pipe", setxattr("pipe", "user.pipe", "x", 1, 0));
	int fd = open("f", O_RDONLY);
	CASE("by an opening for reading", fsetxattr(fd, "user.open", "x", 1, 0), "%s", names("f"));
	CASE("get by it", fgetxattr(fd, "user.open", value, sizeof value));
	CASE("remove by it", fremovexattr(fd, "user.open"), "%s", names("f"));
	unlink("gone");
	close(fd);
	AS(SOMEBODY, CASE("by another", setxattr("f", "user.their", "x", 1, 0)));
	AS(SOMEBODY, CASE("got by another", getxattr("f", "user.via", value, sizeof value)));
	chmod("f", 0600);
	AS(SOMEBODY, CASE("got by another who may not read", getxattr("f", "user.via", value, sizeof value)));
}

void attributes(void)
{
	put("f", "x");
	mkdir("d", 0755);
	symlink("f", "link");
	mkfifo("pipe", 0644);
	of_users();
	CASE("get none", get("f", "user.none"));
	CASE("of nothing", get("none", "user.one"));
	CASE("a name without a kind", setxattr("f", "plain", "x", 1, 0));
	CASE("a kind without a name", setxattr("f", "user.", "x", 1, 0));
	CASE("too long a name", setxattr("f", long_name(256), "x", 1, 0));
	CASE("of no kind", setxattr("f", "other.kind", "x", 1, 0));
	put("own", "x");
	CASE("root's own", setxattr("own", "trusted.one", "x", 1, 0), "%s", names("own"));
	CASE("get root's own", get("own", "trusted.one"));
	AS(SOMEBODY, CASE("root's own, by another", setxattr("f", "trusted.two", "x", 1, 0)));
	AS(SOMEBODY, CASE("get root's own, by another", get("own", "trusted.one")));
	CASE("the kernel's own", setxattr("f", "security.capability", "x", 1, 0));
	CASE("an access list of a file without one", get("f", "system.posix_acl_access"));
}
