/* The first console, hvc0, by its ring. */
#ifndef LODGE_GUEST_CONSOLE_H
#define LODGE_GUEST_CONSOLE_H

#include "xen.h"

extern volatile struct xencons_interface *console_page;
extern uint32_t console_port;

/* Finds the ring, and shared_info, which it waits by. */
void console_open(void);
/* Waits for room as long as it takes. */
void console_write(const char *text);
/* The next byte, or -1 if there is none; what there is of events is taken first. */
int console_read(void);

#endif
