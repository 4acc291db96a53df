/*
 * Loads the kernel modules of the front ends that the domain has devices for.
 * /.lodge/modules/index names them in load order, one a line: the device class
 * as xenstore has it ("vbd", "vif", "9pfs"), a space, the file's name in
 * /.lodge/modules. A class of "-" is left to the command's own modprobe; "fs-TYPE"
 * is a file system.
 */
#ifndef LODGE_MODULES_H
#define LODGE_MODULES_H

/* Told of each module that fails to load: its file's name, and errno. */
typedef void module_report(const char *file, int error);

/* Of the devices that there are. */
void modules_load(module_report *report);

/* Whatever devices there are. */
void modules_load_class(const char *class, module_report *report);

#endif
