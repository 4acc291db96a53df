/*
 * Makes the calls on files that a git clone, a git status and a compilation make, without their computing.
 *   tree DIRECTORY LABEL
 * Prints "tree-LABEL-WORK microseconds" for each.
 *   clone    a tree of files, each made under its name and looked at, a pack of some MiB, an index by way of a lock's rename
 *   status   again: the index is read, each directory listed, each file looked at, ignore files looked for and not found
 *   compile  each source is read, its headers are looked for in two directories and read, an object made and renamed; then
 *            all objects are read and a program written
 *   remove   all is listed and removed
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DIRECTORIES = 10, FILES = 20, FILE_SIZE = 6000, PACK_SIZE = 4 << 20, PIECE = 64 << 10, SOURCES = 10, HEADERS = 25, OBJECT_SIZE = 30000 };

static char bytes[PIECE];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static const char *path(const char *format, int a, int b)
{
	static char text[2][200];
	static int next;
	char *to = text[next++ % 2];
	snprintf(to, sizeof text[0], format, a, b);
	return to;
}

static void write_file(const char *name, int flags, long size)
{
	int fd = open(name, O_WRONLY | O_CREAT | flags, 0644);
	if (fd < 0)
		fail(name);
	for (long done = 0; done < size;) {
		ssize_t n = write(fd, bytes, size - done < PIECE ? size - done : PIECE);
		if (n < 0)
			fail(name);
		done += n;
	}
	close(fd);
}

static void read_file(const char *name)
{
	struct stat s;
	int fd = open(name, O_RDONLY);
	if (fd < 0 || fstat(fd, &s) < 0)
		fail(name);
	while (read(fd, bytes, sizeof bytes) > 0)
		;
	close(fd);
}

static void look(const char *name)
{
	struct stat s;
	if (lstat(name, &s) < 0)
		fail(name);
}

static void look_in_vain(const char *name)
{
	if (open(name, O_RDONLY) >= 0)
		exit(1);
}

static void list(const char *name)
{
	DIR *directory = opendir(name);
	if (!directory)
		fail(name);
	while (readdir(directory))
		;
	closedir(directory);
}

static void replace(const char *name, const char *lock, long size)
{
	write_file(lock, O_EXCL, size);
	if (rename(lock, name) < 0)
		fail(name);
}

static void make_tree(void)
{
	mkdir(".git", 0755);
	write_file(".git/pack", O_EXCL, PACK_SIZE);
	read_file(".git/pack");
	for (int d = 0; d < DIRECTORIES; d++) {
		mkdir(path("d%d", d, 0), 0755);
		for (int f = 0; f < FILES; f++) {
			const char *name = path("d%d/source-file-%d.c", d, f);
			struct stat s;
			if (lstat(name, &s) == 0)
				exit(1);
			write_file(name, O_EXCL, FILE_SIZE);
			look(name);
		}
	}
	replace(".git/index", ".git/index.lock", 70L * DIRECTORIES * FILES);
}

static void ask_status(void)
{
	read_file(".git/index");
	for (int d = 0; d < DIRECTORIES; d++) {
		look_in_vain(path("d%d/.gitignore", d, 0));
		list(path("d%d", d, 0));
		for (int f = 0; f < FILES; f++)
			look(path("d%d/source-file-%d.c", d, f));
	}
	replace(".git/index", ".git/index.lock", 70L * DIRECTORIES * FILES);
}

static void compile(void)
{
	mkdir("out", 0755);
	for (int s = 0; s < SOURCES; s++) {
		read_file(path("d0/source-file-%d.c", s, 0));
		for (int h = 0; h < HEADERS; h++) {
			look_in_vain(path("out/source-file-%d.c", h % FILES, 0));
			look_in_vain(path("d1/none/source-file-%d.c", h % FILES, 0));
			read_file(path("d%d/source-file-%d.c", 2 + h / FILES, h % FILES));
		}
		replace(path("out/object-%d.o", s, 0), "out/temporary", OBJECT_SIZE);
	}
	for (int s = 0; s < SOURCES; s++)
		read_file(path("out/object-%d.o", s, 0));
	write_file("out/program", O_TRUNC, SOURCES * OBJECT_SIZE);
}

static void remove_tree(void)
{
	for (int d = 0; d < DIRECTORIES; d++) {
		list(path("d%d", d, 0));
		for (int f = 0; f < FILES; f++)
			if (unlink(path("d%d/source-file-%d.c", d, f)) < 0)
				fail("unlink");
		rmdir(path("d%d", d, 0));
	}
	for (int s = 0; s < SOURCES; s++)
		unlink(path("out/object-%d.o", s, 0));
	unlink("out/program");
	rmdir("out");
	unlink(".git/pack");
	unlink(".git/index");
	if (rmdir(".git") < 0)
		fail(".git");
}

static void timed(const char *label, const char *name, void (*work)(void))
{
	double start = now();
	work();
	printf("tree-%s-%s %.0f\n", label, name, now() - start);
	fflush(stdout);
}

int main(int count, char **words)
{
	if (count != 3 || chdir(words[1]) < 0)
		fail("usage: tree DIRECTORY LABEL");
	memset(bytes, 'x', sizeof bytes);
	timed(words[2], "clone", make_tree);
	ask_status();
	timed(words[2], "status", ask_status);
	timed(words[2], "compile", compile);
	timed(words[2], "remove", remove_tree);
	return 0;
}
