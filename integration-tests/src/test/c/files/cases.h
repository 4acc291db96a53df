/* How a case is made and told: one line each, "GROUP: NAME RESULT FACTS". */
#ifndef CASES_H
#define CASES_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME_LENGTH = 255, SOMEBODY = 1000, ANOTHER = 1001 };

/* Makes a call and tells what became of it: an errno's name or "ok", and then, by a format, what is to be seen. */
#define CASE(name, call, ...)                                                                                          \
	do {                                                                                                           \
		errno = 0;                                                                                             \
		long result_ = (long)(call);                                                                           \
		tell_result(name, result_, errno);                                                                     \
		__VA_OPT__(tell_facts(__VA_ARGS__);)                                                                   \
		tell_end();                                                                                            \
	} while (0)

/* Does something as another user, in a process of its own. */
#define AS(user, ...)                                                                                                  \
	do {                                                                                                           \
		fflush(stdout);                                                                                        \
		pid_t child_ = fork();                                                                                 \
		if (child_ == 0) {                                                                                     \
			become(user);                                                                                  \
			__VA_ARGS__;                                                                                   \
			fflush(stdout);                                                                                \
			_exit(0);                                                                                      \
		}                                                                                                      \
		waitpid(child_, NULL, 0);                                                                              \
	} while (0)

/* The same in another process of this user's. */
#define ELSEWHERE(...) AS(-1, __VA_ARGS__)

/* A directory of its own for cases that belong together; it stays, so that others can look at what is in it. */
void begin_group(const char *name);
void end_group(void);

void tell_result(const char *name, long result, int error);
void tell_facts(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tell_end(void);

void become(int user);

/* What is known of a file: kind, mode, links, owner, size. Valid until four others were asked for. */
const char *seen(const char *path);
const char *seen_open(int fd);
/* The first bytes of a file, as far as they can be printed. */
const char *content(const char *path);
/* What two names stand for. */
bool same_file(const char *path, const char *other);

/* Opens, closes; 0 or -1, which is what a case wants. */
int opened(const char *path, int flags, int mode);
/* Makes a file with this in it. */
void put(const char *path, const char *text);
/* A name of so many letters. */
const char *long_name(int length);
/* Longer than what a file system's clock counts in. */
void let_time_pass(void);

#endif
