/*
 * How fast a disk is, with several requests in flight.
 *   disk DEVICE read|write sequential|random SIZE DEPTH JOBS REQUESTS
 * JOBS processes, each with DEPTH requests of SIZE bytes in flight, make REQUESTS requests together, past the page cache, in
 * the first 128 MiB of DEVICE. Prints "MiB/s requests/s".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SPAN = 128 << 20, MOST = 256 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
	perror(what);
	_exit(1);
}

static void job(const char *device, int code, int random, long size, int depth, long requests, unsigned seed)
{
	static struct iocb blocks[MOST];
	struct iocb *ready[MOST];
	struct io_event events[MOST];
	aio_context_t context = 0;
	char *buffers;
	long places = SPAN / size, begun = 0, done = 0, next = seed % places;
	int fd = open(device, O_RDWR | O_DIRECT);
	if (fd < 0)
		fail(device);
	if (syscall(SYS_io_setup, depth, &context) < 0)
		fail("io_setup");
	if (posix_memalign((void **)&buffers, 4096, size * depth))
		fail("memory");
	memset(buffers, 0x5a, size * depth);
	int idle = depth;
	for (int i = 0; i < depth; i++) {
		blocks[i] = (struct iocb){.aio_lio_opcode = code, .aio_fildes = fd, .aio_buf = (unsigned long)(buffers + i * size),
			.aio_nbytes = size};
		ready[i] = &blocks[i];
	}
	while (done < requests) {
		int n = 0;
		for (; n < idle && begun < requests; n++, begun++) {
			seed = seed * 1664525u + 1013904223u;
			next = random ? (seed >> 8) % places : (next + 1) % places;
			ready[n]->aio_offset = next * size;
		}
		for (int sent = 0; sent < n;) {
			long now_sent = syscall(SYS_io_submit, context, n - sent, ready + sent);
			if (now_sent <= 0)
				fail("io_submit");
			sent += now_sent;
		}
		idle = syscall(SYS_io_getevents, context, 1, depth, events, NULL);
		if (idle < 0)
			fail("io_getevents");
		for (int i = 0; i < idle; i++) {
			if (events[i].res != size)
				fail("a request");
			ready[i] = (struct iocb *)(unsigned long)events[i].obj;
		}
		done += idle;
	}
}

int main(int count, char **word)
{
	if (count != 8)
		return 2;
	int code = *word[2] == 'w' ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD, random = *word[3] == 'r';
	long size = atol(word[4]), requests = atol(word[7]);
	int depth = atoi(word[5]), jobs = atoi(word[6]), status, failed = 0;
	if (size < 512 || size > SPAN || depth < 1 || depth > MOST || jobs < 1 || requests < jobs)
		return 2;
	double start = now();
	for (int i = 0; i < jobs; i++)
		if (!fork()) {
			job(word[1], code, random, size, depth, requests / jobs, 77777u * (i + 1));
			_exit(0);
		}
	while (wait(&status) > 0)
		failed |= status;
	double seconds = now() - start, done = requests / jobs * jobs;
	printf("%.1f %.0f\n", done * size / 1048576 / seconds, done / seconds);
	return failed != 0;
}
