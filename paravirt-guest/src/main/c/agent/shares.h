/* The host's folders that a job names, mounted; one of them may become the root. */
#ifndef LODGE_SHARES_H
#define LODGE_SHARES_H

#include <stdbool.h>

#include "job.h"
#include "newroot.h"

/* False when something could not be done. A folder for "/" is the root from then on, with what is written kept in memory. */
bool shares_mount(const struct job *job, struct mount_failure *failure);

#endif
