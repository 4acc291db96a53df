/* Carries a started command's input and output over the channel until it ends. */
#ifndef LODGE_RELAY_H
#define LODGE_RELAY_H

#include "channel.h"
#include "command.h"

/* For main's SIGCHLD handler, which must be in place before the command starts. */
void relay_child_ended(int signal);

/*
 * Sends STARTED, then relays until the command has ended and all that it wrote
 * is queued on the channel. True: *status is as command_reap gives it. False:
 * *reason says what went wrong, or is null when the host has gone.
 */
bool relay(struct channel *channel, struct command *command, unsigned *status, const char **reason);

#endif
