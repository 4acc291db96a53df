/*
 * How late timers are: "late-median NS", "late-most NS", which 19 in 20 do not exceed, "late-worst NS" and "late-count N".
 * Absolute deadlines at odd distances, one after the other, so that none meets the kernel's tick by rule; but some do, and Linux
 * asks Xen for no timer nearer than 100 us (TIMER_SLOP), so the worst in a guest are that much later. The same program shows what
 * the host has by itself.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINES = 2000, WARM_UPS = 200, NS_PER_S = 1000000000 };

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * (int64_t)NS_PER_S + time.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int main(void)
{
	static int64_t late[DEADLINES];
	prctl(PR_SET_TIMERSLACK, 1);
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	for (int i = -WARM_UPS; i < DEADLINES; i++) {
		int64_t deadline = now() + 300000 + (unsigned)(i + WARM_UPS) * 7919u % 2000000;
		struct itimerspec at = {.it_value = {.tv_sec = deadline / NS_PER_S, .tv_nsec = deadline % NS_PER_S}};
		uint64_t expired;
		if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL) || read(timer, &expired, sizeof expired) < 0) {
			perror("timerfd");
			return 1;
		}
		if (i >= 0)
			late[i] = now() - deadline;
	}
	qsort(late, DEADLINES, sizeof *late, by_size);
	printf("late-median %lld\nlate-most %lld\nlate-worst %lld\nlate-count %d\n", (long long)late[DEADLINES / 2],
	       (long long)late[DEADLINES / 20 * 19], (long long)late[DEADLINES - 1], DEADLINES);
	return 0;
}
