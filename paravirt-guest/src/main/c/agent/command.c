#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { INPUT, OUTPUT, ERROR, STREAMS };

/* What the child sends up the status pipe when it gets no further. */
struct failure {
	int error;
	bool in_directory;
};

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void stream_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool open_terminal(struct command *command, const struct job *job)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || unlockpt(master) < 0)
		return false;
	const char *name = ptsname(master);
	/*
	 * Held open beside the command's own: a master whose last slave has closed
	 * reports a hang-up for ever, and the command may yet open /dev/tty again.
	 */
	command->terminal = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (command->terminal < 0)
		return false;
	command->input = command->output = master;
	command_resize(command, job->rows, job->columns);
	return true;
}

static bool open_streams(struct command *command, const struct job *job, int child[STREAMS])
{
	int pipes[STREAMS][2];

	if (job->terminal) {
		if (!open_terminal(command, job))
			return false;
		child[INPUT] = child[OUTPUT] = child[ERROR] = command->terminal;
		set_nonblocking(command->input);
		return true;
	}
	for (int i = 0; i < STREAMS; i++)
		if (pipe2(pipes[i], O_CLOEXEC) < 0)
			return false;
	child[INPUT] = pipes[INPUT][0];
	child[OUTPUT] = pipes[OUTPUT][1];
	child[ERROR] = pipes[ERROR][1];
	set_nonblocking(command->input = pipes[INPUT][1]);
	set_nonblocking(command->output = pipes[OUTPUT][0]);
	set_nonblocking(command->error = pipes[ERROR][0]);
	return true;
}

static void set_environment(const struct job *job)
{
	clearenv();
	for (char **variable = job->environment; *variable; variable++)
		putenv(*variable);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", false);
	setenv("HOME", "/root", false);
}

static _Noreturn void become(const struct job *job, const int child[STREAMS], int status)
{
	sigset_t none;
	/* What is ignored stays so over exec: SIGPIPE by us, SIGINT and SIGQUIT where a shell started us in its background. */
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);

	setsid();
	for (int i = 0; i < STREAMS; i++)
		dup2(child[i], i);
	if (job->terminal)
		ioctl(0, TIOCSCTTY, 0);
	set_environment(job);

	struct failure failure = {.in_directory = chdir(job->directory) < 0};
	if (!failure.in_directory)
		execvp(job->arguments[0], job->arguments);
	failure.error = errno;
	write(status, &failure, sizeof failure);
	_exit(127);
}

/* PID 1 starts with nothing open where the image lacks /dev/console; dup2 above needs 0 to 2 taken. */
static void fill_standard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

enum start_result command_start(struct command *command, const struct job *job, const char **what)
{
	int child[STREAMS], status[2];
	struct failure failure;

	*command = (struct command){.input = -1, .output = -1, .error = -1, .terminal = -1};
	fill_standard_descriptors();
	*what = job->terminal ? "open a terminal" : "open a pipe";
	if (!open_streams(command, job, child) || pipe2(status, O_CLOEXEC) < 0)
		return COMMAND_NOT_SET_UP;

	*what = "start a process";
	command->pid = fork();
	if (command->pid < 0)
		return COMMAND_NOT_SET_UP;
	if (command->pid == 0)
		become(job, child, status[1]);

	close(status[1]);
	for (int i = 0; !job->terminal && i < STREAMS; i++)
		close(child[i]);
	/* A successful exec closes the pipe without a word. */
	ssize_t got;
	do
		got = read(status[0], &failure, sizeof failure);
	while (got < 0 && errno == EINTR);
	close(status[0]);
	if (got != sizeof failure)
		return COMMAND_STARTED;
	errno = failure.error;
	return failure.in_directory ? COMMAND_NO_DIRECTORY : COMMAND_NOT_EXECUTED;
}

void command_resize(const struct command *command, unsigned short rows, unsigned short columns)
{
	struct winsize size = {.ws_row = rows, .ws_col = columns};
	ioctl(command->terminal, TIOCSWINSZ, &size);
}

void command_signal(const struct command *command, int number)
{
	kill(-command->pid, number);
}

bool command_reap(const struct command *command, unsigned *status)
{
	bool ended = false;
	int raw;
	for (pid_t pid; (pid = waitpid(-1, &raw, WNOHANG)) > 0;) {
		if (pid != command->pid)
			continue;
		ended = true;
		*status = (unsigned)(WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw));
	}
	return ended;
}
