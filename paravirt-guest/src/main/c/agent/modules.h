/*
 * Loads the kernel modules of the front ends that the domain has devices for.
 * /.lodge/modules/index names them in load order, one a line: the device class
 * as xenstore has it ("vbd", "vif", "9pfs"), a space, the file's name in
 * /.lodge/modules. A class of "-" is left to the command's own modprobe.
 */
#ifndef LODGE_MODULES_H
#define LODGE_MODULES_H

/* Reports each module that fails to load by calling report(file name, errno). */
void modules_load(void (*report)(const char *file, int error));

#endif
