/* Tells the host, through xenstore, how far the guest has come. */
#ifndef LODGE_XENSTORE_H
#define LODGE_XENSTORE_H

/*
 * Writes data/lodge/stage, below the guest's own directory. The reply is not
 * awaited: nothing could be done about a refusal, and a round trip costs the
 * start-up that this key exists to measure. Silent where there is no xenstore.
 */
void xenstore_write_stage(const char *stage);

#endif
