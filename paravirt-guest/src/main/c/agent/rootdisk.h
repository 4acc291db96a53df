/* A disk whose file system becomes the root: its own, or that of the first of its partitions that looks like a root. */
#ifndef LODGE_ROOTDISK_H
#define LODGE_ROOTDISK_H

#include <stdbool.h>

#include "modules.h"
#include "newroot.h"

/* False when something could not be done. Otherwise the disk, by its name such as "xvda", is the root from then on. */
bool rootdisk_enter(const char *disk, module_report *report, struct mount_failure *failure);

/* Ends all other processes and leaves the root's file system whole: no journal need be replayed. */
void rootdisk_leave(void);

#endif
