#include "network.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xenstore.h"

#define DEVICES "/sys/bus/xen/devices"

enum { WAIT_STEPS = 1000, WAIT_STEP_NS = 5000000, VALUE_SIZE = 64 };

/* The driver makes the interface when the back end has answered, some time after its module is loaded; sysfs has it a moment
 * before those who use it. */
static bool find_interface(const char *device, char name[IFNAMSIZ])
{
	char path[sizeof DEVICES + 256 + sizeof "/net"];
	snprintf(path, sizeof path, DEVICES "/%s/net", device);
	for (int step = 0; step < WAIT_STEPS; step++) {
		DIR *interfaces = opendir(path);
		for (struct dirent *entry; interfaces && (entry = readdir(interfaces));)
			if (entry->d_name[0] != '.' && strlen(entry->d_name) < IFNAMSIZ && if_nametoindex(entry->d_name)) {
				strcpy(name, entry->d_name);
				closedir(interfaces);
				return true;
			}
		if (interfaces)
			closedir(interfaces);
		nanosleep(&(struct timespec){.tv_nsec = WAIT_STEP_NS}, NULL);
	}
	return false;
}

/* A node of the front end's directory; false if there is none. */
static bool told(const char *number, const char *node, char value[VALUE_SIZE])
{
	char path[128];
	snprintf(path, sizeof path, "device/vif/%.32s/%s", number, node);
	return xenstore_read(path, value, VALUE_SIZE);
}

static void set_address(struct ifreq *request, in_addr_t address)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = address};
	memcpy(&request->ifr_addr, &in, sizeof in);
}

static const char *enter_address(int fd, const char *name, char *text)
{
	char *slash = strchr(text, '/');
	int bits = slash ? atoi(slash + 1) : 32;
	if (slash)
		*slash = 0;
	struct in_addr address;
	if (!inet_aton(text, &address) || bits < 0 || bits > 32) {
		errno = EINVAL;
		return "address";
	}
	struct ifreq request = {0};
	strcpy(request.ifr_name, name);
	set_address(&request, address.s_addr);
	if (ioctl(fd, SIOCSIFADDR, &request))
		return "address";
	set_address(&request, bits ? htonl(~0u << (32 - bits)) : 0);
	return ioctl(fd, SIOCSIFNETMASK, &request) ? "netmask" : NULL;
}

static const char *enter_gateway(int fd, const char *text)
{
	struct in_addr address;
	if (!inet_aton(text, &address)) {
		errno = EINVAL;
		return "gateway";
	}
	struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
	struct sockaddr_in gateway = {.sin_family = AF_INET, .sin_addr = address};
	struct sockaddr_in any = {.sin_family = AF_INET};
	memcpy(&route.rt_gateway, &gateway, sizeof gateway);
	memcpy(&route.rt_dst, &any, sizeof any);
	memcpy(&route.rt_genmask, &any, sizeof any);
	return ioctl(fd, SIOCADDRT, &route) ? "gateway" : NULL;
}

static void enter_name_server(const char *text)
{
	int fd = open("/etc/resolv.conf", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	dprintf(fd, "nameserver %s\n", text);
	close(fd);
}

static const char *bring_up(int fd, const char *number, const char *name)
{
	char value[VALUE_SIZE];
	struct ifreq request = {0};
	const char *what = NULL;

	strcpy(request.ifr_name, name);
	if (told(number, "mtu", value) && (request.ifr_mtu = atoi(value)) > 0 && ioctl(fd, SIOCSIFMTU, &request))
		return "mtu";
	if (told(number, "lodge-address", value) && (what = enter_address(fd, name, value)))
		return what;
	if (ioctl(fd, SIOCGIFFLAGS, &request))
		return "flags";
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		return "flags";
	if (told(number, "lodge-gateway", value) && (what = enter_gateway(fd, value)))
		return what;
	if (told(number, "lodge-nameserver", value))
		enter_name_server(value);
	return NULL;
}

void network_up(void (*report)(const char *interface, const char *what, int error))
{
	DIR *devices = opendir(DEVICES);
	if (!devices)
		return;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (struct dirent *entry; fd >= 0 && (entry = readdir(devices));) {
		char name[IFNAMSIZ];
		if (strncmp(entry->d_name, "vif-", 4))
			continue;
		if (!find_interface(entry->d_name, name)) {
			report(entry->d_name, "interface", ENODEV);
			continue;
		}
		const char *what = bring_up(fd, entry->d_name + 4, name);
		if (what)
			report(name, what, errno);
	}
	if (fd >= 0)
		close(fd);
	closedir(devices);
}
