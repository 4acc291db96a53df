/*
 * The command channel: a PV console of the guest's own (/dev/hvc1) that carries
 * frames both ways. A frame is one byte of type, two bytes of payload length
 * (little-endian, at most FRAME_PAYLOAD_MAX) and the payload. Numbers in
 * payloads are little-endian. dev.lodge.guest.AgentFrames is the host's half.
 *
 * The host is silent until STARTED: before the agent has put the terminal into
 * raw mode, the kernel would echo and edit what it is sent.
 *
 * Standard input runs on credit: the host sends no more STDIN bytes than
 * STARTED and STDIN_CREDIT have granted, so the agent can always read on, and a
 * SIGNAL arrives even while the command leaves its input unread.
 */
#ifndef LODGE_CHANNEL_H
#define LODGE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum frame_type {
	/* host to guest */
	FRAME_STDIN = 0x01,       /* bytes for the command */
	FRAME_STDIN_EOF = 0x02,   /* empty; no STDIN follows */
	FRAME_WINDOW_SIZE = 0x03, /* u16 rows, u16 columns */
	FRAME_SIGNAL = 0x04,      /* u8 number, 1 to 64: to the command's process group */

	/* guest to host */
	FRAME_STARTED = 0x81,      /* u16 protocol version, u32 initial stdin credit */
	FRAME_STDOUT = 0x82,       /* bytes */
	FRAME_STDERR = 0x83,       /* bytes */
	FRAME_STDIN_CREDIT = 0x84, /* u32 further bytes of STDIN that may be sent */
	FRAME_EXITED = 0x85,       /* u32: exit code, or 128 + signal; the last frame */
	FRAME_EXEC_FAILED = 0x86,  /* u32 errno of execve, then its text; the last frame */
	FRAME_FAILED = 0x87,       /* text: why the agent cannot do its work; the last frame */
};

enum {
	PROTOCOL_VERSION = 1,
	FRAME_HEADER = 3,
	FRAME_PAYLOAD_MAX = 16384,
	FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD_MAX,
	CONTROL_RESERVE = 1024, /* room kept for frames that carry no output */
};

struct channel {
	int fd;
	size_t in_used;
	size_t out_start;
	size_t out_end;
	uint8_t in[FRAME_MAX];
	uint8_t out[2 * FRAME_MAX + CONTROL_RESERVE];
};

struct frame {
	enum frame_type type;
	size_t length;
	const uint8_t *payload;
};

enum frame_result { FRAME_NONE, FRAME_READY, FRAME_BROKEN };

/* Opens the terminal at path in raw, non-blocking mode; false leaves errno. */
bool channel_open(struct channel *channel, const char *path);

/* Reads what has come; false when the far side is gone. */
bool channel_receive(struct channel *channel);

/* The first whole frame received; valid until channel_release. */
enum frame_result channel_next(const struct channel *channel, struct frame *frame);
void channel_release(struct channel *channel, const struct frame *frame);

/* Queues a frame; the payload must fit into CONTROL_RESERVE. */
void channel_send(struct channel *channel, enum frame_type type, const void *payload, size_t length);

/* Whether channel_forward has room for a whole frame of output. */
bool channel_has_room(const struct channel *channel);

/*
 * Reads up to limit bytes from fd straight into a frame that is then queued.
 * Returns read(2)'s result and errno. Only when channel_has_room.
 */
ssize_t channel_forward(struct channel *channel, enum frame_type type, int fd, size_t limit);

/* Writes what the terminal takes without blocking; false when the far side is gone. */
bool channel_flush(struct channel *channel);
bool channel_is_flushed(const struct channel *channel);

/* Blocks until the far side's ring has taken everything. */
void channel_drain(struct channel *channel);

void put_u16(uint8_t *at, uint16_t value);
void put_u32(uint8_t *at, uint32_t value);
uint16_t get_u16(const uint8_t *at);

#endif
