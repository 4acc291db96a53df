/*
 * Small packets: "datagrams ADDRESS COUNT" sends so many datagrams of 64 bytes to a port where nobody listens, and is told so.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DISCARD = 9 };

int main(int count, char **arguments)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(DISCARD)};
	if (count != 3 || inet_pton(AF_INET, arguments[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: datagrams ADDRESS COUNT\n");
		return 2;
	}
	int out = socket(AF_INET, SOCK_DGRAM, 0);
	char bytes[64];
	memset(bytes, 'x', sizeof bytes);
	if (out < 0) {
		perror("socket");
		return 1;
	}
	for (long left = atol(arguments[2]); left > 0; left--)
		sendto(out, bytes, sizeof bytes, 0, (struct sockaddr *)&to, sizeof to); // refused, if anything
	return 0;
}
