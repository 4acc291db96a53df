/**
 * What the fuzzers share. The fuzzers themselves lie in the packages that they attack, for what those do not export; each
 * has the one method that Jazzer calls, {@code fuzzerTestOneInput}, and needs nothing of Jazzer's.
 *
 * <p>For: inputs, the list of targets, the replay of saved inputs. Not for: tests of ours that know what they expect.
 */
@NullMarked
package dev.lodge.fuzz;

import org.jspecify.annotations.NullMarked;
