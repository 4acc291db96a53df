#include "job.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cursor {
	char *at;
	char *end;
};

static char *next_string(struct cursor *cursor)
{
	char *terminator = memchr(cursor->at, 0, (size_t)(cursor->end - cursor->at));
	if (!terminator)
		return NULL;
	char *string = cursor->at;
	cursor->at = terminator + 1;
	return string;
}

static bool parse_number(const char *text, unsigned long max, unsigned long *value)
{
	char *rest;
	if (!text || *text < '0' || *text > '9')
		return false;
	*value = strtoul(text, &rest, 10);
	return !*rest && *value <= max;
}

static char **next_list(struct cursor *cursor)
{
	unsigned long count;
	/* Every string takes at least its NUL, which bounds the allocation. */
	if (!parse_number(next_string(cursor), (unsigned long)(cursor->end - cursor->at), &count))
		return NULL;
	char **list = calloc(count + 1, sizeof *list);
	for (unsigned long i = 0; list && i < count; i++)
		if (!(list[i] = next_string(cursor)))
			return NULL;
	return list;
}

static bool is_list_of_shares(char **list)
{
	size_t count = 0;
	while (list[count])
		count++;
	for (size_t i = 0; i + SHARE_STRINGS <= count; i += SHARE_STRINGS)
		if (list[i + SHARE_PATH][0] != '/')
			return false;
	return count % SHARE_STRINGS == 0;
}

static bool parse_window(struct job *job, const char *rows, const char *columns)
{
	unsigned long height = 0, width = 0;
	if (!rows || !columns)
		return false;
	job->terminal = *rows || *columns;
	if (job->terminal && (!parse_number(rows, USHRT_MAX, &height) || !parse_number(columns, USHRT_MAX, &width)))
		return false;
	job->rows = (unsigned short)height;
	job->columns = (unsigned short)width;
	return true;
}

static char *load(const char *path, size_t *size)
{
	struct stat status;
	char *content = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0 && (content = malloc((size_t)status.st_size + 1))) {
		ssize_t got = read(fd, content, (size_t)status.st_size);
		*size = got < 0 ? 0 : (size_t)got;
	}
	if (fd >= 0)
		close(fd);
	return content;
}

const char *job_read(struct job *job, const char *path)
{
	size_t size;
	char *content = load(path, &size);
	if (!content)
		return "the image has no readable job file";

	struct cursor cursor = {content, content + size};
	const char *magic = next_string(&cursor);
	if (!magic || strcmp(magic, "lodge-job-3"))
		return "the job file is not of this agent's version";
	job->directory = next_string(&cursor);
	const char *rows = next_string(&cursor);
	const char *columns = next_string(&cursor);
	if (!job->directory || !parse_window(job, rows, columns))
		return "the job file has a bad directory or window size";
	job->disk = next_string(&cursor);
	if (!job->disk || strchr(job->disk, '/'))
		return "the job file has a bad root disk";
	if (!*job->disk)
		job->disk = NULL;
	job->arguments = next_list(&cursor);
	job->environment = next_list(&cursor);
	job->shares = next_list(&cursor);
	if (!job->arguments || (!job->arguments[0] && !job->disk) || !job->environment)
		return "the job file has a bad command or environment";
	if (!job->shares || !is_list_of_shares(job->shares) || cursor.at != cursor.end)
		return "the job file has a bad list of shared folders";
	return NULL;
}
