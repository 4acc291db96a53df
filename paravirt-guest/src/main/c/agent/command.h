/* The command's process and the three streams, or the terminal, that it talks through. */
#ifndef LODGE_COMMAND_H
#define LODGE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "job.h"

struct command {
	pid_t pid; /* also its session and process group */
	int input; /* -1 once closed; with a terminal, these two are its master side */
	int output;
	int error;    /* -1 once closed, and with a terminal */
	int terminal; /* the terminal's slave side, or -1 */
};

enum start_result {
	COMMAND_STARTED,
	COMMAND_NOT_EXECUTED, /* errno is execve's */
	COMMAND_NO_DIRECTORY, /* errno is chdir's */
	COMMAND_NOT_SET_UP,   /* errno is that of the call named by *what */
};

/* Every descriptor left in command is non-blocking and closed on exec. */
enum start_result command_start(struct command *command, const struct job *job, const char **what);

void command_resize(const struct command *command, unsigned short rows, unsigned short columns);
void command_signal(const struct command *command, int number);

/* Closes one of the command's streams, once. */
void stream_close(int *fd);

/*
 * Reaps every child that has ended, the orphans that PID 1 inherits too. True
 * when the command itself was among them; *status is then its exit code, or 128
 * plus the signal that ended it.
 */
bool command_reap(const struct command *command, unsigned *status);

#endif
