/*
 * What a file system answers, as a table.
 *   files make DIRECTORY     makes a directory of many files there, which is long work over a network
 *   files table DIRECTORY    prints a line for each case
 * Run by root, in a directory that was empty before. What it prints on one file system, another that is as good must print,
 * too. Leaves its files for others to look at.
 */
#include "cases.h"
#include "groups.h"

int main(int count, char **words)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} groups[] = {
		{"directories", directories}, {"unlinks", unlinks}, {"renames", renames}, {"renames-by-others", renames_by_others},
		{"links", links}, {"symbolic-links", symbolic_links}, {"opens", opens}, {"opens-by-others", opens_by_others},
		{"modes", modes}, {"owners", owners}, {"sticky", sticky}, {"set-times", set_times}, {"moved-times", moved_times},
		{"sizes", sizes}, {"transfers", transfers}, {"maps", maps}, {"lists", lists}, {"locks", locks},
		{"whole-locks", whole_locks}, {"attributes", attributes}, {"nodes", nodes},
	};
	if (count != 3 || chdir(words[2]) < 0) {
		fprintf(stderr, "usage: files make|table DIRECTORY\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(0);
	if (!strcmp(words[1], "make")) {
		make_many();
		return 0;
	}
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		begin_group(groups[i].name);
		groups[i].run();
		end_group();
	}
	return 0;
}
