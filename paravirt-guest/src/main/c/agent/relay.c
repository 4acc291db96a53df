#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	STDIN_WINDOW = 32768,    /* most STDIN bytes the host may be ahead of the command */
	TERMINAL_BUFFER = 131072 /* more than the kernel ever holds between a terminal's two sides */
};

static const uint8_t END_OF_TRANSMISSION = 0x04; /* Ctrl-D */

/* Bytes on their way to the command. The window bounds what start..end can hold. */
static struct {
	size_t start;
	size_t end;
	uint32_t spent; /* written to the command and not yet granted again */
	bool eof;
	bool eof_queued;
	uint8_t bytes[STDIN_WINDOW + sizeof END_OF_TRANSMISSION];
} input;

static volatile sig_atomic_t child_ended;

void relay_child_ended(int signal)
{
	(void)signal;
	child_ended = 1;
}

static bool queue_input(const uint8_t *bytes, size_t length)
{
	if (length > sizeof input.bytes - (input.end - input.start))
		return false;
	if (length > sizeof input.bytes - input.end) {
		memmove(input.bytes, input.bytes + input.start, input.end - input.start);
		input.end -= input.start;
		input.start = 0;
	}
	memcpy(input.bytes + input.end, bytes, length);
	input.end += length;
	return true;
}

/* Null, or what the host has done wrong. */
static const char *handle(const struct frame *frame, const struct command *command)
{
	switch (frame->type) {
	case FRAME_STDIN:
		if (input.eof || input.end - input.start + frame->length > STDIN_WINDOW)
			return "the host sent more standard input than it was granted";
		if (command->input >= 0)
			queue_input(frame->payload, frame->length);
		return NULL;
	case FRAME_STDIN_EOF:
		if (frame->length)
			break;
		input.eof = true;
		return NULL;
	case FRAME_WINDOW_SIZE:
		if (frame->length != 4)
			break;
		if (command->terminal >= 0)
			command_resize(command, get_u16(frame->payload), get_u16(frame->payload + 2));
		return NULL;
	case FRAME_SIGNAL:
		if (frame->length != 1 || frame->payload[0] < 1 || frame->payload[0] > 64)
			break;
		command_signal(command, frame->payload[0]);
		return NULL;
	default:
		break;
	}
	return "the host sent a malformed frame";
}

static const char *handle_all(struct channel *channel, const struct command *command)
{
	struct frame frame;
	for (;;) {
		switch (channel_next(channel, &frame)) {
		case FRAME_NONE:
			return NULL;
		case FRAME_BROKEN:
			return "the host sent a frame that is too long";
		case FRAME_READY:
			break;
		}
		const char *wrong = handle(&frame, command);
		if (wrong)
			return wrong;
		channel_release(channel, &frame);
	}
}

static void close_input(struct command *command)
{
	input.start = input.end = 0;
	/* The master side of a terminal carries the output too. */
	if (command->terminal >= 0)
		command->input = -1;
	else
		stream_close(&command->input);
}

static void feed_command(struct channel *channel, struct command *command)
{
	if (input.start < input.end) {
		ssize_t put = write(command->input, input.bytes + input.start, input.end - input.start);
		if (put < 0) {
			/* No more credit either: what the host still has is wanted by nobody. */
			if (errno != EAGAIN && errno != EINTR)
				close_input(command);
			return;
		}
		input.start += (size_t)put;
		input.spent += (uint32_t)put;
	}
	if (input.start == input.end)
		input.start = input.end = 0;
	if (input.spent >= STDIN_WINDOW / 2 && !input.eof) {
		uint8_t credit[4];
		put_u32(credit, input.spent);
		channel_send(channel, FRAME_STDIN_CREDIT, credit, sizeof credit);
		input.spent = 0;
	}
}

/* A pipe ends by being closed, a terminal's input by a character. */
static void pass_on_eof(struct command *command)
{
	if (!input.eof || command->input < 0)
		return;
	if (command->terminal >= 0) {
		if (!input.eof_queued)
			queue_input(&END_OF_TRANSMISSION, sizeof END_OF_TRANSMISSION);
		input.eof_queued = true;
	} else if (input.start == input.end) {
		close_input(command);
	}
}

static void forward(struct channel *channel, enum frame_type type, int *fd)
{
	ssize_t got = channel_forward(channel, type, *fd, FRAME_PAYLOAD_MAX);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		stream_close(fd);
}

static void forward_output(struct channel *channel, struct command *command)
{
	forward(channel, FRAME_STDOUT, &command->output);
	if (command->output < 0 && command->terminal >= 0)
		close_input(command);
}

/*
 * What the command left behind in its pipe. Its descendants may hold the other
 * end and write on, so no more is taken than can be the command's own.
 */
static bool drain(struct channel *channel, enum frame_type type, int fd)
{
	int buffered;
	if (fd < 0 || ioctl(fd, FIONREAD, &buffered) < 0)
		return true;
	size_t left = buffered > TERMINAL_BUFFER ? (size_t)buffered : TERMINAL_BUFFER;
	while (left > 0) {
		if (!channel_flush(channel))
			return false;
		if (!channel_has_room(channel)) {
			poll(&(struct pollfd){.fd = channel->fd, .events = POLLOUT}, 1, -1);
			continue;
		}
		ssize_t got = channel_forward(channel, type, fd, left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		left -= (size_t)got;
	}
	return true;
}

static bool wait_for_work(const struct channel *channel, const struct command *command, struct pollfd polls[4])
{
	bool room = channel_has_room(channel);
	sigset_t none;
	sigemptyset(&none);

	polls[0] = (struct pollfd){channel->fd, POLLIN, 0};
	if (!channel_is_flushed(channel))
		polls[0].events |= POLLOUT;
	polls[1] = (struct pollfd){room ? command->output : -1, POLLIN, 0};
	polls[2] = (struct pollfd){room ? command->error : -1, POLLIN, 0};
	/* A terminal's hang-up shows on its output; a pipe's reader may go at any time. */
	bool watch_input = input.start < input.end || command->terminal < 0;
	polls[3] = (struct pollfd){watch_input ? command->input : -1, input.start < input.end ? POLLOUT : 0, 0};
	/* SIGCHLD is blocked but in here, so that none is missed between the test and the wait. */
	return ppoll(polls, 4, NULL, &none) >= 0;
}

static void announce(struct channel *channel)
{
	uint8_t started[6];
	put_u16(started, PROTOCOL_VERSION);
	put_u32(started + 2, STDIN_WINDOW);
	channel_send(channel, FRAME_STARTED, started, sizeof started);
}

bool relay(struct channel *channel, struct command *command, unsigned *status, const char **reason)
{
	struct pollfd polls[4];

	*reason = NULL;
	announce(channel);
	for (;;) {
		if (child_ended) {
			child_ended = 0;
			if (command_reap(command, status))
				break;
		}
		if (!channel_flush(channel))
			return false;
		if (!wait_for_work(channel, command, polls))
			continue;
		if (polls[0].revents & (POLLIN | POLLHUP | POLLERR)) {
			if (!channel_receive(channel))
				return false;
			if ((*reason = handle_all(channel, command)))
				return false;
			pass_on_eof(command);
		}
		if (polls[1].revents)
			forward_output(channel, command);
		if (polls[2].revents && channel_has_room(channel))
			forward(channel, FRAME_STDERR, &command->error);
		if (polls[3].revents & POLLERR)
			close_input(command);
		else if (polls[3].revents)
			feed_command(channel, command);
		pass_on_eof(command);
	}
	return drain(channel, FRAME_STDOUT, command->output) && drain(channel, FRAME_STDERR, command->error);
}
