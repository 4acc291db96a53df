#include "channel.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

void put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, (uint16_t)value);
	put_u16(at + 2, (uint16_t)(value >> 16));
}

uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

bool channel_open(struct channel *channel, const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;

	struct termios terminal;
	if (tcgetattr(fd, &terminal) < 0)
		goto fail;
	cfmakeraw(&terminal);
	if (tcsetattr(fd, TCSANOW, &terminal) < 0)
		goto fail;
	channel->fd = fd;
	return true;

fail:;
	int error = errno;
	close(fd);
	errno = error;
	return false;
}

bool channel_receive(struct channel *channel)
{
	ssize_t got = read(channel->fd, channel->in + channel->in_used, sizeof channel->in - channel->in_used);
	if (got > 0)
		channel->in_used += (size_t)got;
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

enum frame_result channel_next(const struct channel *channel, struct frame *frame)
{
	if (channel->in_used < FRAME_HEADER)
		return FRAME_NONE;
	size_t length = get_u16(channel->in + 1);
	if (length > FRAME_PAYLOAD_MAX)
		return FRAME_BROKEN;
	if (channel->in_used < FRAME_HEADER + length)
		return FRAME_NONE;
	*frame = (struct frame){channel->in[0], length, channel->in + FRAME_HEADER};
	return FRAME_READY;
}

void channel_release(struct channel *channel, const struct frame *frame)
{
	size_t size = FRAME_HEADER + frame->length;
	channel->in_used -= size;
	memmove(channel->in, channel->in + size, channel->in_used);
}

static size_t free_tail(const struct channel *channel)
{
	return sizeof channel->out - channel->out_end;
}

static uint8_t *begin(struct channel *channel, enum frame_type type, size_t length)
{
	if (free_tail(channel) < FRAME_HEADER + length) {
		memmove(channel->out, channel->out + channel->out_start, channel->out_end - channel->out_start);
		channel->out_end -= channel->out_start;
		channel->out_start = 0;
	}
	assert(free_tail(channel) >= FRAME_HEADER + length);
	uint8_t *header = channel->out + channel->out_end;
	header[0] = (uint8_t)type;
	put_u16(header + 1, (uint16_t)length);
	return header + FRAME_HEADER;
}

void channel_send(struct channel *channel, enum frame_type type, const void *payload, size_t length)
{
	memcpy(begin(channel, type, length), payload, length);
	channel->out_end += FRAME_HEADER + length;
}

bool channel_has_room(const struct channel *channel)
{
	return channel->out_end - channel->out_start + FRAME_MAX + CONTROL_RESERVE <= sizeof channel->out;
}

ssize_t channel_forward(struct channel *channel, enum frame_type type, int fd, size_t limit)
{
	uint8_t *payload = begin(channel, type, FRAME_PAYLOAD_MAX);
	ssize_t got = read(fd, payload, limit < FRAME_PAYLOAD_MAX ? limit : FRAME_PAYLOAD_MAX);
	if (got > 0) {
		put_u16(payload - 2, (uint16_t)got);
		channel->out_end += FRAME_HEADER + (size_t)got;
	}
	return got;
}

bool channel_flush(struct channel *channel)
{
	while (channel->out_start < channel->out_end) {
		ssize_t put = write(channel->fd, channel->out + channel->out_start, channel->out_end - channel->out_start);
		if (put < 0)
			return errno == EAGAIN || errno == EINTR;
		channel->out_start += (size_t)put;
	}
	channel->out_start = channel->out_end = 0;
	return true;
}

bool channel_is_flushed(const struct channel *channel)
{
	return channel->out_start == channel->out_end;
}

void channel_drain(struct channel *channel)
{
	while (channel_flush(channel) && !channel_is_flushed(channel))
		poll(&(struct pollfd){.fd = channel->fd, .events = POLLOUT}, 1, -1);
	tcdrain(channel->fd);
}
