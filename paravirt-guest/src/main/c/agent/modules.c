#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEVICES "/sys/bus/xen/devices"
#define MODULES "/.lodge/modules"

/* A Xen device is named CLASS-ID, and has a link called driver once one has taken it. */
static bool has_driver(const char *device)
{
	char path[sizeof DEVICES + 256 + sizeof "/driver"];
	snprintf(path, sizeof path, DEVICES "/%s/driver", device);
	return access(path, F_OK) == 0;
}

static bool any_device_of(const char *class)
{
	DIR *devices = opendir(DEVICES);
	if (!devices)
		return false;
	bool found = false;
	size_t length = strlen(class);
	for (struct dirent *entry; !found && (entry = readdir(devices));)
		found = !strncmp(entry->d_name, class, length) && entry->d_name[length] == '-' && !has_driver(entry->d_name);
	closedir(devices);
	return found;
}

static int insert(const char *file)
{
	char path[sizeof MODULES + 256];
	snprintf(path, sizeof path, MODULES "/%s", file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int error = syscall(SYS_finit_module, fd, "", 0) < 0 ? errno : 0;
	close(fd);
	/* Two classes may share a dependency. */
	return error == EEXIST ? 0 : error;
}

/* Those of one class or, for a null pointer, of all that the domain has devices of. */
static void load(const char *only, module_report *report)
{
	FILE *index = fopen(MODULES "/index", "re");
	if (!index)
		return;
	char class[32], file[224], current[32] = "-";
	bool wanted = false;
	while (fscanf(index, "%31s %223s", class, file) == 2) {
		/* Decide once a class: its own first module may give the device a driver. */
		if (strcmp(class, current)) {
			strcpy(current, class);
			wanted = only ? !strcmp(class, only) : any_device_of(class);
		}
		int error = wanted ? insert(file) : 0;
		if (error)
			report(file, error);
	}
	fclose(index);
}

void modules_load(module_report *report)
{
	load(NULL, report);
}

void modules_load_class(const char *class, module_report *report)
{
	load(class, report);
}
