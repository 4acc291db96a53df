/*
 * The calls that a guest's kernel makes to Domain 0 without a device: "calls ROUNDS" reads and writes xenstore and sends itself
 * events, so many times each. An event that waits while its port is unmasked has the kernel ask for the unmasking.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef uint16_t domid_t; // which the kernel's header takes for granted
#include <xen/evtchn.h>

enum { XS_READ = 2, XS_WRITE = 11, DOMID_SELF = 0x7ff0 };

struct message {
	uint32_t type, request, transaction, length;
	char text[4096];
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void receive(int store, void *into, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(store, (char *)into + done, size - done);
		if (n <= 0)
			fail("xenstore");
		done += n;
	}
}

static void ask(int store, uint32_t type, const char *text, size_t length)
{
	struct message message = {.type = type, .length = length};
	memcpy(message.text, text, length);
	if (write(store, &message, 16 + length) != (ssize_t)(16 + length))
		fail("xenstore");
	receive(store, &message, 16);
	if (message.type != type || message.length > sizeof message.text) {
		fprintf(stderr, "xenstore answers with a message of type %u\n", message.type);
		exit(1);
	}
	receive(store, message.text, message.length);
}

int main(int count, char **arguments)
{
	long rounds = count > 1 ? atol(arguments[1]) : 1;
	int store = open("/dev/xen/xenbus", O_RDWR);
	if (store < 0)
		fail("/dev/xen/xenbus");
	for (long i = 0; i < rounds; i++) {
		ask(store, XS_READ, "name", sizeof "name");
		ask(store, XS_WRITE, "data/training\0round", sizeof "data/training" + 5);
	}

	int events = open("/dev/xen/evtchn", O_RDWR);
	if (events < 0)
		fail("/dev/xen/evtchn");
	struct ioctl_evtchn_bind_unbound_port unbound = {.remote_domain = DOMID_SELF};
	int near = ioctl(events, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &unbound);
	struct ioctl_evtchn_bind_interdomain pair = {.remote_domain = DOMID_SELF, .remote_port = near};
	int far = ioctl(events, IOCTL_EVTCHN_BIND_INTERDOMAIN, &pair);
	if (near < 0 || far < 0)
		fail("a pair of ports");
	struct ioctl_evtchn_notify notify = {.port = near};
	for (long i = 0; i < rounds; i++) {
		uint32_t port;
		if (ioctl(events, IOCTL_EVTCHN_NOTIFY, &notify) || read(events, &port, sizeof port) != sizeof port ||
			write(events, &port, sizeof port) != sizeof port)
			fail("an event to itself");
	}
	return 0;
}
