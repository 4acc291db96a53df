/* xenstore by its ring, one request at a time. */
#ifndef LODGE_GUEST_STORE_H
#define LODGE_GUEST_STORE_H

#include "xen.h"

struct store_reply {
	struct xsd_sockmsg header;
	char payload[XENSTORE_PAYLOAD_MAX + 1]; /* a NUL is put behind it */
};

/* Finds the ring, and shared_info, which it waits by. */
void store_open(void);
extern volatile struct xenstore_domain_interface *store_page;
extern uint32_t store_port;

/*
 * Sends a request and waits for its reply; watch events that come first are
 * dropped. Answers whether the reply is no error; 0, too, if none comes for a
 * minute, and then its type is 0xffffffff.
 */
int store_ask(uint32_t type, uint32_t transaction, const void *payload, uint32_t length, struct store_reply *reply);

/* NULL if there is none, else valid until the next call. */
const char *store_read(const char *path);
int store_write(const char *path, const char *value);

/* Puts bytes on the ring as they are, and tells; waits for room. 0 if no room comes for a minute. */
int store_put(const void *bytes, uint32_t length);

/* Text building: copies a NUL-terminated text and answers where its NUL is. */
char *text_add(char *to, const char *text);
char *text_add_decimal(char *to, uint64_t value);

#endif
