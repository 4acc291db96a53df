#include "store.h"
#include "events.h"

enum { PATIENCE_MS = 60000 };

volatile struct xenstore_domain_interface *store_page;
uint32_t store_port;

char *text_add(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	*to = 0;
	return to;
}

char *text_add_decimal(char *to, uint64_t value)
{
	char digits[24];
	char *at = digits + sizeof digits - 1;
	*at = 0;
	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	return text_add(to, at);
}

void store_open(void)
{
	shared_info();
	store_page = (void *)(hvm_param(HVM_PARAM_STORE_PFN) * PAGE_SIZE);
	store_port = (uint32_t)hvm_param(HVM_PARAM_STORE_EVTCHN);
}

int store_put(const void *bytes, uint32_t length)
{
	const char *from = bytes;
	while (length > 0) {
		uint32_t produced = store_page->req_prod;
		uint32_t room = XENSTORE_RING_SIZE - (produced - store_page->req_cons);
		if (room == 0) {
			if (!event_wait(store_port, PATIENCE_MS))
				return 0;
			continue;
		}
		for (; room > 0 && length > 0; room--, length--)
			store_page->req[MASK_XENSTORE_IDX(produced++)] = *from++;
		__atomic_store_n(&store_page->req_prod, produced, __ATOMIC_SEQ_CST);
		event_send(store_port);
	}
	return 1;
}

static int take(void *bytes, uint32_t length)
{
	char *to = bytes;
	while (length > 0) {
		uint32_t consumed = store_page->rsp_cons;
		uint32_t there = __atomic_load_n(&store_page->rsp_prod, __ATOMIC_SEQ_CST) - consumed;
		if (there == 0) {
			if (!event_wait(store_port, PATIENCE_MS))
				return 0;
			continue;
		}
		for (; there > 0 && length > 0; there--, length--)
			*to++ = store_page->rsp[MASK_XENSTORE_IDX(consumed++)];
		__atomic_store_n(&store_page->rsp_cons, consumed, __ATOMIC_SEQ_CST);
		event_send(store_port);
	}
	return 1;
}

int store_ask(uint32_t type, uint32_t transaction, const void *payload, uint32_t length, struct store_reply *reply)
{
	struct xsd_sockmsg header = {.type = type, .req_id = 7, .tx_id = transaction, .len = length};
	reply->header.type = ~0u;
	if (!store_put(&header, sizeof header) || !store_put(payload, length))
		return 0;
	do {
		reply->header.type = ~0u;
		if (!take(&reply->header, sizeof header) || reply->header.len > XENSTORE_PAYLOAD_MAX ||
		    !take(reply->payload, reply->header.len))
			return 0;
		reply->payload[reply->header.len] = 0;
	} while (reply->header.type == XS_WATCH_EVENT);
	return reply->header.type == type;
}

static uint32_t length_of(const char *text)
{
	uint32_t length = 0;
	while (text[length])
		length++;
	return length;
}

const char *store_read(const char *path)
{
	static struct store_reply reply;
	return store_ask(XS_READ, 0, path, length_of(path) + 1, &reply) ? reply.payload : NULL;
}

int store_write(const char *path, const char *value)
{
	static struct store_reply reply;
	char payload[512];
	char *end = text_add(payload, path) + 1;
	end = text_add(end, value);
	return store_ask(XS_WRITE, 0, payload, (uint32_t)(end - payload), &reply);
}
