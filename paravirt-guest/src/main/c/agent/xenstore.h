/* Tells the host, through xenstore, how far the guest has come. */
#ifndef LODGE_XENSTORE_H
#define LODGE_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes data/lodge/stage, below the guest's own directory. The reply is not
 * awaited: nothing could be done about a refusal, and a round trip costs the
 * start-up that this key exists to measure. Silent where there is no xenstore.
 */
void xenstore_write_stage(const char *stage);

/* Reads a node, whose path may be relative to the guest's own directory; false if there is none, or it is longer. */
bool xenstore_read(const char *path, char *value, size_t size);

#endif
