#include "cases.h"
#include "groups.h"

#include <dirent.h>

enum { MANY = 5000, FIRST = 100 };

static char times_seen[MANY];

static void name_of(int i, char *name)
{
	sprintf(name, "entry-%d-%.*s", i, i % 40, "----------------------------------------");
}

/* Reads a directory of many from the beginning; after the first hundred entries, calls something. */
static int read_all(DIR *list, void (*meanwhile)(DIR *))
{
	int count = 0, number;
	memset(times_seen, 0, sizeof times_seen);
	for (struct dirent *entry; (entry = readdir(list)); count++) {
		if (sscanf(entry->d_name, "entry-%d", &number) == 1 && number >= 0 && number < MANY)
			times_seen[number]++;
		if (count == FIRST && meanwhile)
			meanwhile(list);
	}
	return count;
}

void make_many(void)
{
	char name[80];
	mkdir("many", 0755);
	for (int i = 0; i < MANY; i++) {
		sprintf(name, "many/");
		name_of(i, name + 5);
		put(name, "");
	}
}

static bool is_removed(int i)
{
	return i % 20 == 0;
}

static void remove_some(DIR *list)
{
	char name[80];
	for (int i = 0; i < MANY; i++)
		if (is_removed(i)) {
			name_of(i, name);
			unlinkat(dirfd(list), name, 0);
		}
}

static void remove_what_was_seen(DIR *list)
{
	char name[80];
	for (int i = 0; i < MANY; i++)
		if (times_seen[i]) {
			name_of(i, name);
			unlinkat(dirfd(list), name, 0);
		}
}

static void tell_seen(const char *name, bool (*but)(int))
{
	int missing = 0, twice = 0;
	for (int i = 0; i < MANY; i++) {
		missing += !times_seen[i] && !(but && but(i));
		twice += times_seen[i] > 1;
	}
	CASE(name, 0, "%d missing, %d twice", missing, twice);
}

static void places(DIR *list)
{
	char names[8][256];
	long place[8];
	rewinddir(list);
	for (int i = 0; i < 2000; i++)
		readdir(list);
	for (int i = 0; i < 8; i++) {
		place[i] = telldir(list);
		strcpy(names[i], readdir(list)->d_name);
	}
	int wrong = 0;
	for (int i = 7; i >= 0; i--) {
		seekdir(list, place[i]);
		wrong += strcmp(readdir(list)->d_name, names[i]) != 0;
	}
	CASE("go to places", 0, "%d wrong", wrong);
	rewinddir(list);
	CASE("from the beginning", 0, "%d", read_all(list, NULL));
	CASE("after the end", readdir(list) ? -1 : 0);
}

static void kinds(void)
{
	mkdir("kinds", 0755);
	chdir("kinds");
	put("file", "x");
	mkdir("directory", 0755);
	symlink("file", "link");
	mkfifo("pipe", 0644);
	DIR *list = opendir(".");
	int types[16] = {0}, right = 0, count = 0;
	for (struct dirent *entry; (entry = readdir(list)); count++) {
		struct stat s;
		types[entry->d_type & 15]++;
		right += lstat(entry->d_name, &s) == 0 && s.st_ino == entry->d_ino;
	}
	CASE("kinds", 0, "%d: %d files %d directories %d links %d pipes, %d inodes", count, types[DT_REG], types[DT_DIR], types[DT_LNK],
	     types[DT_FIFO], right);
	put("later", "x");
	rewinddir(list);
	for (count = 0; readdir(list); count++)
		;
	CASE("with one more", 0, "%d", count);
	closedir(list);
	chdir("..");
}

void lists(void)
{
	CASE("of a file", (put("f", "x"), opendir("f")) ? 0 : -1);
	CASE("of nothing", opendir("none") ? 0 : -1);
	kinds();
	DIR *list = opendir("../many");
	CASE("read many", 0, "%d", read_all(list, NULL));
	tell_seen("each once", NULL);
	places(list);
	rewinddir(list);
	CASE("remove some meanwhile", read_all(list, remove_some) > 0 ? 0 : -1);
	tell_seen("the others once", is_removed);
	rewinddir(list);
	CASE("read those that are left", 0, "%d", read_all(list, NULL));
	rewinddir(list);
	CASE("remove what was seen meanwhile", read_all(list, remove_what_was_seen) > 0 ? 0 : -1);
	tell_seen("the rest once", is_removed);
	closedir(list);
}
