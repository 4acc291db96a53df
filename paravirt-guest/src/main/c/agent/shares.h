/* The host's folders that a job names, mounted; one of them may become the root. */
#ifndef LODGE_SHARES_H
#define LODGE_SHARES_H

#include <stdbool.h>

#include "job.h"

struct share_failure {
	const char *what; /* what could not be done */
	const char *path; /* where */
	int error;
};

/* False when something could not be done. A folder for "/" is the root from then on, with what is written kept in memory. */
bool shares_mount(const struct job *job, struct share_failure *failure);

#endif
