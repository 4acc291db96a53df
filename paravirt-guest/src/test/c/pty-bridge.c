/*
 * pty-bridge AGENT JOB: runs the agent with a pseudo-terminal as its command
 * channel, and passes the terminal's other side on to standard input and output,
 * which stands in for the host's console back end. Ends when the agent does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipe {
	int from, to;
	char bytes[4096];
	ssize_t used;
};

/* Moves bytes one way without ever blocking, so that a full side holds up its own direction only. */
static bool move(struct pipe *pipe, bool readable, bool writable)
{
	if (readable && pipe->used == 0) {
		pipe->used = read(pipe->from, pipe->bytes, sizeof pipe->bytes);
		if (pipe->used <= 0)
			return false;
	}
	if (writable && pipe->used > 0) {
		ssize_t put = write(pipe->to, pipe->bytes, (size_t)pipe->used);
		if (put > 0) {
			pipe->used -= put;
			for (ssize_t i = 0; i < pipe->used; i++)
				pipe->bytes[i] = pipe->bytes[i + put];
		}
	}
	return true;
}

int main(int count, char **arguments)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (count != 3 || master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return 99;
	/* Held until the agent runs: a master without a slave reports a hang-up. */
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t agent = fork();
	if (agent == 0) {
		setsid();
		execl(arguments[1], arguments[1], ptsname(master), arguments[2], (char *)NULL);
		_exit(98);
	}
	struct pipe in = {.from = 0, .to = master}, out = {.from = master, .to = 1};
	bool started = false, open_in = true;
	for (;;) {
		struct pollfd polls[] = {
			{open_in && started && in.used == 0 ? in.from : -1, POLLIN, 0},
			{master, (out.used == 0 ? POLLIN : 0) | (in.used > 0 ? POLLOUT : 0), 0},
			{out.used > 0 ? out.to : -1, POLLOUT, 0},
		};
		if (poll(polls, 3, -1) < 0)
			return 97;
		if (!move(&out, polls[1].revents & (POLLIN | POLLHUP), polls[2].revents & POLLOUT))
			break;
		if (!started && out.used > 0) {
			started = true;
			close(slave);
		}
		if (open_in && !move(&in, polls[0].revents, polls[1].revents & POLLOUT))
			open_in = false;
	}
	int status = 0;
	waitpid(agent, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}
