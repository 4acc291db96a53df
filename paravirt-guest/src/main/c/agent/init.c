/*
 * Lodge's agent: PID 1 of a guest. It runs the one command that the job file
 * names, carries its streams over the second PV console, reports how it ended
 * and powers the guest off. It needs nothing else in the image: no shell, no
 * libraries, no device nodes.
 *
 * Started as another process, it is the same agent without the guest around it,
 * for tests:  init CHANNEL JOB
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "command.h"
#include "entropy.h"
#include "job.h"
#include "modules.h"
#include "network.h"
#include "relay.h"
#include "rootdisk.h"
#include "shares.h"
#include "xenstore.h"

enum { CHANNEL_WAIT_STEPS = 500, CHANNEL_WAIT_STEP_NS = 10000000 };

static struct channel channel;

static void mount_file_systems(void)
{
	static const struct {
		const char *type, *target, *options;
		unsigned long flags;
	} mounts[] = {
		{"devtmpfs", "/dev", "mode=0755", MS_NOSUID},
		{"proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC},
		{"sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC},
		{"devpts", "/dev/pts", "gid=5,mode=0620,ptmxmode=0666", MS_NOSUID | MS_NOEXEC},
		{"tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV},
		{"tmpfs", "/run", "mode=0755", MS_NOSUID | MS_NODEV},
		{"tmpfs", "/tmp", "mode=1777", MS_NOSUID | MS_NODEV},
	};
	for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
		mkdir(mounts[i].target, 0755);
		/* A kernel may lack one of them; a command that needs it will say so. */
		mount("lodge", mounts[i].target, mounts[i].type, mounts[i].flags, mounts[i].options);
		if (i == 0)
			xenstore_write_stage("init");
	}
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

static void name_host_and_raise_loopback(void)
{
	sethostname("lodge", strlen("lodge"));
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	ioctl(fd, SIOCSIFFLAGS, &loopback);
	close(fd);
}

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
	int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
	va_list arguments;
	va_start(arguments, format);
	vdprintf(fd < 0 ? 2 : fd, format, arguments);
	va_end(arguments);
	if (fd >= 0)
		close(fd);
}

static void complain_of_module(const char *file, int error)
{
	complain("lodge-agent: cannot load %s: %s\n", file, strerror(error));
}

static void complain_of_network(const char *interface, const char *what, int error)
{
	complain("lodge-agent: cannot bring up %s: %s: %s\n", interface, what, strerror(error));
}

/* The driver makes the nodes of all its terminals at once; those without a console answer ENODEV. */
static bool open_channel(const char *path)
{
	for (int step = 0; step < CHANNEL_WAIT_STEPS; step++) {
		if (channel_open(&channel, path))
			return true;
		nanosleep(&(struct timespec){.tv_nsec = CHANNEL_WAIT_STEP_NS}, NULL);
	}
	return false;
}

__attribute__((format(printf, 1, 2))) static void send_failure(const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	channel_send(&channel, FRAME_FAILED, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

static void send_exec_failure(int error)
{
	uint8_t payload[4 + 128];
	const char *text = strerror(error);
	size_t length = strnlen(text, sizeof payload - 4);
	put_u32(payload, (uint32_t)error);
	memcpy(payload + 4, text, length);
	channel_send(&channel, FRAME_EXEC_FAILED, payload, 4 + length);
}

static void relay_until_exit(struct command *command)
{
	unsigned status;
	const char *reason;
	if (relay(&channel, command, &status, &reason)) {
		uint8_t payload[4];
		put_u32(payload, status);
		channel_send(&channel, FRAME_EXITED, payload, sizeof payload);
	} else if (reason) {
		command_signal(command, SIGKILL);
		send_failure("%s", reason);
	} else {
		command_signal(command, SIGKILL);
	}
}

static bool mount_all(const struct job *job)
{
	struct mount_failure failure;
	if ((!job->disk || rootdisk_enter(job->disk, complain_of_module, &failure)) && shares_mount(job, &failure))
		return true;
	send_failure("cannot %s %.256s: %s", failure.what, failure.path, strerror(failure.error));
	return false;
}

/* The kernel's own order, without a shell: who wants one says so. Returns only if there is none. */
static void become_init(void)
{
	static char *const inits[] = {"/sbin/init", "/etc/init", "/bin/init"};
	int console = open("/dev/console", O_RDWR | O_NOCTTY);
	for (int fd = 0; fd <= 2; fd++)
		dup2(console, fd);
	if (console > 2)
		close(console);
	for (size_t i = 0; i < sizeof inits / sizeof inits[0]; i++)
		execl(inits[i], inits[i], NULL);
	send_failure("the root disk has no init that can be executed (/sbin/init): %s; name a COMMAND", strerror(errno));
}

static void run(struct job *job, const char *job_path)
{
	struct command command;
	const char *what = job_read(job, job_path);
	if (what) {
		send_failure("%s", what);
		return;
	}
	if (!mount_all(job))
		return;
	if (!job->arguments[0]) {
		become_init();
		return;
	}

	sigset_t blocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = relay_child_ended}, NULL);
	signal(SIGPIPE, SIG_IGN);

	xenstore_write_stage("command");
	switch (command_start(&command, job, &what)) {
	case COMMAND_STARTED:
		relay_until_exit(&command);
		break;
	case COMMAND_NOT_EXECUTED:
		send_exec_failure(errno);
		break;
	case COMMAND_NO_DIRECTORY:
		send_failure("cannot change to the directory %.256s: %s", job->directory, strerror(errno));
		break;
	case COMMAND_NOT_SET_UP:
		send_failure("cannot %s: %s", what, strerror(errno));
		break;
	}
}

int main(int count, char **arguments)
{
	struct job job = {0};
	if (getpid() != 1) {
		if (count != 3 || !channel_open(&channel, arguments[1])) {
			fputs("usage: init CHANNEL JOB\n", stderr);
			return 2;
		}
		run(&job, arguments[2]);
		channel_drain(&channel);
		return 0;
	}

	umask(0022);
	mount_file_systems();
	entropy_add();
	name_host_and_raise_loopback();
	modules_load(complain_of_module);
	network_up(complain_of_network);
	if (open_channel("/dev/hvc1")) {
		run(&job, "/.lodge/job");
		channel_drain(&channel);
		if (job.disk)
			rootdisk_leave();
	} else {
		complain("lodge-agent: no command channel: /dev/hvc1: %s; powering off\n", strerror(errno));
	}
	sync();
	reboot(RB_POWER_OFF);
	complain("lodge-agent: the kernel cannot power off: %s\n", strerror(errno));
	for (;;)
		pause();
}
