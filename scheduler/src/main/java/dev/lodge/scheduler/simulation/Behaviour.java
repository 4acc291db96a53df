package dev.lodge.scheduler.simulation;

import java.util.SplittableRandom;

/** What a simulated domain does with a CPU. All times are nanoseconds. */
public sealed interface Behaviour {

    /** A fresh course of this behaviour, beginning with work. */
    Course begin();

    /** A behaviour as it goes on: work, sleep, work, sleep. */
    interface Course {
        /** How much CPU time the domain needs before it sleeps next; at least 1, {@link Long#MAX_VALUE} if it never does. */
        long work();

        /** When the domain that falls asleep now wakes; later than now. */
        long wakesAt(long now);
    }

    /** Computes and never sleeps. */
    record Hog() implements Behaviour {
        @Override
        public Course begin() {
            return new Course() {
                @Override
                public long work() {
                    return Long.MAX_VALUE;
                }

                @Override
                public long wakesAt(long now) {
                    throw new IllegalStateException("a hog never sleeps");
                }
            };
        }
    }

    /**
     * Wakes at every multiple of a period and works a little, as an interactive or a real-time domain does. What is not
     * done when the next period begins makes it miss that one.
     */
    record Periodic(long period, long work) implements Behaviour {
        /** @throws IllegalArgumentException unless there is work, and time for it */
        public Periodic {
            if (work < 1 || period <= work) {
                throw new IllegalArgumentException("no " + work + " ns of work in each " + period + " ns");
            }
        }

        @Override
        public Course begin() {
            return new Course() {
                @Override
                public long work() {
                    return work;
                }

                @Override
                public long wakesAt(long now) {
                    return (now / period + 1) * period;
                }
            };
        }
    }

    /** Works and sleeps for random times, each at least 1 and on average as given: many short ones, some long. */
    record Bursty(long meanWork, long meanSleep, long seed) implements Behaviour {
        /** @throws IllegalArgumentException if a mean is less than 1 ns or more than 2^40 */
        public Bursty {
            if (meanWork < 1 || meanSleep < 1 || meanWork > 1L << 40 || meanSleep > 1L << 40) {
                throw new IllegalArgumentException("no bursts of " + meanWork + " ns each " + meanSleep + " ns");
            }
        }

        @Override
        public Course begin() {
            SplittableRandom random = new SplittableRandom(seed);
            return new Course() {
                @Override
                public long work() {
                    return exponential(meanWork);
                }

                @Override
                public long wakesAt(long now) {
                    return now + exponential(meanSleep);
                }

                private long exponential(long mean) {
                    return Math.max(1, (long) (-Math.log(1 - random.nextDouble()) * mean));
                }
            };
        }
    }
}
