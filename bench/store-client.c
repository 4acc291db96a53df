/*
 * store-client SOCKET PATH: what xenstore costs through its UNIX socket: "store-socket-read NS" and "store-socket-write NS",
 * the median time of one request and its reply. Messages: xs_wire.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

enum { REQUESTS = 4000 };

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void receive(int fd, void *to, size_t length)
{
	for (char *at = to; length;) {
		ssize_t some = read(fd, at, length);
		if (some <= 0) {
			fputs("store-client: the connection has ended\n", stderr);
			exit(1);
		}
		at += some;
		length -= (size_t)some;
	}
}

static void measure(int fd, const char *name, unsigned type, const char *body, size_t length)
{
	static int64_t took[REQUESTS];
	char request[512], reply[XENSTORE_PAYLOAD_MAX];
	struct xsd_sockmsg head = {.type = type, .req_id = 1, .len = (uint32_t)length};
	memcpy(request, &head, sizeof head);
	memcpy(request + sizeof head, body, length);
	for (int i = 0; i < REQUESTS; i++) {
		struct xsd_sockmsg answer;
		int64_t start = now();
		if (write(fd, request, sizeof head + length) < 0)
			exit(1);
		receive(fd, &answer, sizeof answer);
		receive(fd, reply, answer.len);
		took[i] = now() - start;
		if (answer.type != type) {
			fprintf(stderr, "store-client: answered by type %u: %.*s\n", answer.type, (int)answer.len, reply);
			exit(1);
		}
	}
	qsort(took, REQUESTS, sizeof *took, by_size);
	printf("store-socket-%s %lld\n", name, (long long)took[REQUESTS / 2]);
}

int main(int count, char **arguments)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (count != 3 || strlen(arguments[1]) >= sizeof address.sun_path || strlen(arguments[2]) > 256)
		return 2;
	strcpy(address.sun_path, arguments[1]);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
		perror(arguments[1]);
		return 1;
	}
	char body[512];
	size_t length = strlen(arguments[2]) + 1;
	memcpy(body, arguments[2], length);
	memcpy(body + length, "hello", 5);
	measure(fd, "write", XS_WRITE, body, length + 5);
	measure(fd, "read", XS_READ, body, length);
	return 0;
}
