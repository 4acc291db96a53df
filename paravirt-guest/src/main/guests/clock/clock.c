/*
 * clock [CPUS]: pvclock, read as its ABI says on one or two CPUs at once, never goes backwards, neither on one nor from
 * one to the other, runs with HVMOP_get_time, and the wall clock is a date of this century. One "what value" a line.
 */
#include "cpus.h"
#include "events.h"
#include "lapic.h"

enum { READINGS = 2000 };
static volatile uint64_t latest;
static volatile unsigned backwards, ready, finished;
static volatile struct vcpu_time_info *times[2];

static uint64_t tsc(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static uint64_t pvclock(volatile struct vcpu_time_info *time)
{
	uint32_t version;
	uint64_t result;
	do {
		version = __atomic_load_n(&time->version, __ATOMIC_ACQUIRE) & ~1u;
		uint64_t ticks = tsc() - time->tsc_timestamp;
		ticks = time->tsc_shift < 0 ? ticks >> -time->tsc_shift : ticks << time->tsc_shift;
		result = time->system_time + (uint64_t)((unsigned __int128)ticks * time->tsc_to_system_mul >> 32);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (time->version != version);
	return result;
}

static void read_often(unsigned cpu)
{
	for (unsigned i = 0; i < READINGS; i++) {
		uint64_t before = __atomic_load_n(&latest, __ATOMIC_SEQ_CST);
		uint64_t now = pvclock(times[cpu]);
		if (now < before)
			__atomic_fetch_add(&backwards, 1, __ATOMIC_SEQ_CST);
		while (now > before && !__atomic_compare_exchange_n(&latest, &before, now, 0, __ATOMIC_SEQ_CST,
								       __ATOMIC_SEQ_CST))
			continue;
	}
}

static void other(unsigned cpu)
{
	ready = 1;
	read_often(cpu);
	finished = 1;
}

void guest_main(void)
{
	volatile struct shared_info *shared = shared_info();
	times[0] = &shared->vcpu_info[0].time;
	times[1] = &shared->vcpu_info[1].time;
	if (count_from_command_line(1) > 1) {
		lapic_enable(0);
		cpu_start(1, other);
		while (!ready)
			cpu_pause();
		read_often(0);
		while (!finished)
			cpu_pause();
	} else {
		read_often(0);
	}
	print_line("backwards", backwards);
	print_line("version-even", !(times[0]->version & 1));
	uint64_t before = system_time(), between = pvclock(times[0]), after = system_time();
	print_line("agrees", between + 50000000 > before && between < after + 50000000);
	uint64_t start = system_time(), from = pvclock(times[0]);
	while (system_time() < start + 20000000)
		cpu_pause();
	uint64_t passed = pvclock(times[0]) - from;
	print_line("runs", passed > 10000000);
	uint64_t wall = (uint64_t)shared->wc_sec_hi << 32 | shared->wc_sec;
	print_line("this-century", wall > 1700000000 && wall < 4102444800 && shared->wc_nsec < 1000000000);
	print("done\n");
}
