#include "cases.h"
#include "groups.h"

#include <signal.h>
#include <sys/file.h>
#include <time.h>

static int lock(int fd, int command, int type, long start, long length)
{
	struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
	return fcntl(fd, command, &range);
}

static const char *found(int fd, int type, long start, long length)
{
	static char text[80];
	struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
	if (fcntl(fd, F_GETLK, &range) < 0)
		return "?";
	snprintf(text, sizeof text, "%s %lld+%lld %s",
		 range.l_type == F_UNLCK ? "free" : range.l_type == F_RDLCK ? "reading" : "writing", (long long)range.l_start,
		 (long long)range.l_len, range.l_type == F_UNLCK ? "" : range.l_pid == getppid() ? "parent" : "another");
	return text;
}

static void nothing(int signal)
{
	(void)signal;
}

static void waiting(int fd)
{
	int ready[2];
	char byte;
	pipe(ready);
	lock(fd, F_SETLK, F_WRLCK, 0, 100);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		write(ready[1], "r", 1);
		CASE("wait for it", lock(fd, F_SETLKW, F_WRLCK, 50, 1));
		fflush(stdout);
		_exit(0);
	}
	read(ready[0], &byte, 1);
	let_time_pass();
	lock(fd, F_SETLK, F_UNLCK, 0, 0);
	waitpid(child, NULL, 0);
	lock(fd, F_SETLK, F_WRLCK, 0, 100);
	ELSEWHERE({
		sigaction(SIGALRM, &(struct sigaction){.sa_handler = nothing}, NULL);
		alarm(1);
		CASE("wait until a signal", lock(fd, F_SETLKW, F_WRLCK, 50, 1) < 0 && errno == EINTR ? 0 : -1);
	});
	lock(fd, F_SETLK, F_UNLCK, 0, 0);
	close(ready[0]);
	close(ready[1]);
}

static void circles(int fd)
{
	int ready[2], go[2];
	char byte;
	pipe(ready);
	pipe(go);
	lock(fd, F_SETLK, F_WRLCK, 0, 1);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		lock(fd, F_SETLK, F_WRLCK, 10, 1);
		write(ready[1], "r", 1);
		lock(fd, F_SETLKW, F_WRLCK, 0, 1);
		_exit(0);
	}
	read(ready[0], &byte, 1);
	for (int i = 0; i < 10; i++)
		let_time_pass();
	CASE("wait in a circle", lock(fd, F_SETLKW, F_WRLCK, 10, 1));
	lock(fd, F_SETLK, F_UNLCK, 0, 0);
	waitpid(child, NULL, 0);
}

void locks(void)
{
	put("f", "0123456789");
	put("read-only", "x");
	int fd = open("f", O_RDWR);
	CASE("for writing", lock(fd, F_SETLK, F_WRLCK, 10, 10));
	ELSEWHERE(CASE("the same, by another", lock(fd, F_SETLK, F_WRLCK, 10, 10), "%s", found(fd, F_WRLCK, 0, 0)));
	ELSEWHERE(CASE("to read, by another", lock(fd, F_SETLK, F_RDLCK, 19, 1)));
	ELSEWHERE(CASE("beside it, by another", lock(fd, F_SETLK, F_WRLCK, 20, 1)));
	ELSEWHERE(CASE("around it, by another", lock(fd, F_SETLK, F_WRLCK, 0, 0)));
	CASE("unlock the middle", lock(fd, F_SETLK, F_UNLCK, 14, 2));
	ELSEWHERE(CASE("the middle, by another", lock(fd, F_SETLK, F_WRLCK, 14, 2), "%s", found(fd, F_WRLCK, 16, 100)));
	ELSEWHERE(CASE("more than the middle, by another", lock(fd, F_SETLK, F_WRLCK, 14, 3), "%s", found(fd, F_WRLCK, 13, 4)));
	CASE("for reading from now on", lock(fd, F_SETLK, F_RDLCK, 0, 0));
	ELSEWHERE(CASE("to read with it, by another", lock(fd, F_SETLK, F_RDLCK, 5, 5), "%s", found(fd, F_WRLCK, 0, 0)));
	ELSEWHERE(CASE("to write in it, by another", lock(fd, F_SETLK, F_WRLCK, 5, 5), "%s", found(fd, F_RDLCK, 0, 0)));
	CASE("backwards", lock(fd, F_SETLK, F_WRLCK, 10, -5));
	ELSEWHERE(CASE("what is before, by another", 0, "%s", found(fd, F_WRLCK, 0, 8)));
	CASE("before the beginning", lock(fd, F_SETLK, F_WRLCK, 3, -5));
	CASE("to the end of all", lock(fd, F_SETLK, F_WRLCK, 0x7fffffffffffffff, 1));
	CASE("beyond the end of all", lock(fd, F_SETLK, F_WRLCK, 0x7fffffffffffffff, 2));
	CASE("of no kind", lock(fd, F_SETLK, 77, 0, 1));
	int second = open("f", O_RDONLY);
	CASE("to write what is open for reading", lock(second, F_SETLK, F_WRLCK, 0, 1));
	CASE("unlock by another opening", lock(second, F_SETLK, F_UNLCK, 0, 0));
	ELSEWHERE(CASE("then all, by another", lock(fd, F_SETLK, F_WRLCK, 0, 0)));
	lock(fd, F_SETLK, F_WRLCK, 0, 0);
	close(second);
	ELSEWHERE(CASE("all, after another opening was closed", lock(fd, F_SETLK, F_WRLCK, 0, 0)));
	waiting(fd);
	circles(fd);
	close(fd);
	int first = open("f", O_RDWR);
	second = open("f", O_RDWR);
	CASE("of an opening", lock(first, F_OFD_SETLK, F_WRLCK, 0, 10));
	CASE("the same by another opening", lock(second, F_OFD_SETLK, F_WRLCK, 5, 10));
	CASE("beside it by another opening", lock(second, F_OFD_SETLK, F_WRLCK, 10, 10));
	CASE("with the process's", lock(first, F_SETLK, F_WRLCK, 0, 1));
	close(first);
	CASE("after the first was closed", lock(second, F_OFD_SETLK, F_WRLCK, 0, 0));
	close(second);
}

void whole_locks(void)
{
	put("f", "x");
	int fd = open("f", O_RDWR), second = open("f", O_RDONLY);
	CASE("alone", flock(fd, LOCK_EX | LOCK_NB));
	CASE("alone by another opening", flock(second, LOCK_EX | LOCK_NB));
	CASE("with others by another opening", flock(second, LOCK_SH | LOCK_NB));
	ELSEWHERE({
		int theirs = open("f", O_RDWR);
		CASE("alone by another process", flock(theirs, LOCK_EX | LOCK_NB));
		CASE("again by a child, of what it inherits", flock(fd, LOCK_EX | LOCK_NB));
	});
	CASE("with others instead", flock(fd, LOCK_SH | LOCK_NB));
	CASE("with it", flock(second, LOCK_SH | LOCK_NB));
	CASE("alone instead, while there is another", flock(fd, LOCK_EX | LOCK_NB));
	CASE("unlock", flock(second, LOCK_UN));
	CASE("alone instead", flock(fd, LOCK_EX | LOCK_NB));
	CASE("beside a range's", lock(fd, F_SETLK, F_WRLCK, 0, 0));
	close(fd);
	CASE("after its closing", flock(second, LOCK_EX | LOCK_NB));
	CASE("of no kind", flock(second, 77));
	close(second);
	mkdir("d", 0755);
	fd = open("d", O_RDONLY);
	CASE("of a directory", flock(fd, LOCK_EX | LOCK_NB));
	close(fd);
}
