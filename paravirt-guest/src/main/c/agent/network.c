#include "network.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "xenstore.h"

#define DEVICES "/sys/bus/xen/devices"

/* The kernel's struct in6_ifreq, whose header does not go with the C library's. */
struct address6 {
	struct in6_addr address;
	uint32_t bits;
	int interface;
};

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

/* One of the interface's switches of IPv6. */
static void turn_off(const char *name, const char *what)
{
	char path[96];
	snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/%s", name, what);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	dprintf(fd, "0");
	close(fd);
}

static bool read_address6(const char *text, struct in6_addr *address)
{
	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	errno = EINVAL;
	return false;
}

static const char *enter_address6(int fd, int interface, char *text)
{
	char *slash = strchr(text, '/');
	struct address6 request = {.bits = slash ? atoi(slash + 1) : 128, .interface = interface};
	if (slash)
		*slash = 0;
	return read_address6(text, &request.address) && !ioctl(fd, SIOCSIFADDR, &request) ? NULL : "IPv6 address";
}

static const char *enter_gateway6(int fd, int interface, const char *text)
{
	struct in6_rtmsg route = {.rtmsg_flags = RTF_UP | RTF_GATEWAY, .rtmsg_metric = 1, .rtmsg_ifindex = interface};
	return read_address6(text, &route.rtmsg_gateway) && !ioctl(fd, SIOCADDRT, &route) ? NULL : "IPv6 gateway";
}

/* A guest that is told its address need not ask whether another has it, which takes a second, nor what routers say. */
static const char *bring_up6(const char *number, const char *name)
{
	char address[VALUE_SIZE], gateway[VALUE_SIZE];
	if (!told(number, "lodge-address6", address))
		return NULL;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno == EAFNOSUPPORT ? NULL : "IPv6"; /* a kernel without it does without it */
	int interface = if_nametoindex(name);
	const char *what = enter_address6(fd, interface, address);
	if (!what && told(number, "lodge-gateway6", gateway))
		what = enter_gateway6(fd, interface, gateway);
	int error = errno;
	close(fd);
	errno = error;
	return what;
}

static void enter_name_servers(const char *number)
{
	char four[VALUE_SIZE], six[VALUE_SIZE];
	bool has_four = told(number, "lodge-nameserver", four), has_six = told(number, "lodge-nameserver6", six);
	int fd = has_four || has_six ? open("/etc/resolv.conf", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
	if (fd < 0)
		return;
	if (has_four)
		dprintf(fd, "nameserver %s\n", four);
	if (has_six)
		dprintf(fd, "nameserver %s\n", six);
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
	if (told(number, "lodge-address6", value)) {
		turn_off(name, "accept_dad");
		turn_off(name, "accept_ra");
	}
	if (ioctl(fd, SIOCGIFFLAGS, &request))
		return "flags";
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		return "flags";
	if (told(number, "lodge-gateway", value) && (what = enter_gateway(fd, value)))
		return what;
	enter_name_servers(number);
	return bring_up6(number, name);
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
