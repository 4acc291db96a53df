/**
 * Tests that boot guests, through the embedding API and through the program {@code lodge}, and tests of the layering.
 * Not for what can be tested without a guest: that is tested in the module that it belongs to.
 */
@NullMarked
package dev.lodge.integration;

import org.jspecify.annotations.NullMarked;
