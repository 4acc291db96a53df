/*
 * The job: what the agent is to run, in the file /.lodge/job of the initramfs.
 * dev.lodge.guest.Job writes it. A sequence of strings, each ended by a NUL:
 *
 *   "lodge-job-3"        format and version
 *   directory            where the command starts
 *   rows, columns        decimal, of the terminal; both empty: no terminal, three pipes
 *   disk                 the disk that is the root, such as "xvda"; empty: the initramfs or a shared folder is
 *   count, argument...   decimal count, then the arguments; the first is the command. None: the init of the
 *                        disk's own, as PID 1, which is all that the agent does
 *   count, variable...   decimal count, then NAME=VALUE each
 *   count, share...      decimal count of strings, then for each of the host's folders its 9p tag, where to
 *                        mount it ("/" to make it the root), and "rw" or "ro"
 */
#ifndef LODGE_JOB_H
#define LODGE_JOB_H

#include <stdbool.h>

enum { SHARE_TAG, SHARE_PATH, SHARE_ACCESS, SHARE_STRINGS };

struct job {
	const char *directory;
	bool terminal;
	unsigned short rows;
	unsigned short columns;
	const char *disk;   /* null for none */
	char **arguments;   /* ended by a null pointer; at least one, unless there is a disk */
	char **environment; /* ended by a null pointer */
	char **shares;      /* SHARE_STRINGS for each, ended by a null pointer */
};

/* Null, or what is wrong with the file. The job lives as long as the process. */
const char *job_read(struct job *job, const char *path);

#endif
