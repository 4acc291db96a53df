#include "entropy.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SEED "/.lodge/seed"

/* linux/random.h, which musl has not. */
#define RNDADDENTROPY _IOW('R', 0x03, int[2])

struct random_pool {
	int entropy_bits;
	int size;
	unsigned char bytes[256];
};

void entropy_add(void)
{
	struct random_pool pool = {0};
	int seed = open(SEED, O_RDONLY | O_CLOEXEC);
	ssize_t got = seed < 0 ? 0 : read(seed, pool.bytes, sizeof pool.bytes);
	if (seed >= 0)
		close(seed);
	unlink(SEED);
	if (got <= 0)
		return;
	pool.size = (int)got;
	pool.entropy_bits = pool.size * 8;
	int generator = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	if (generator < 0)
		return;
	ioctl(generator, RNDADDENTROPY, &pool);
	close(generator);
	explicit_bzero(&pool, sizeof pool);
}
