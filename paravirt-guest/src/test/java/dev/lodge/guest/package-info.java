/** Tests of the guest's half, none of which needs {@code /dev/kvm}. */
@NullMarked
package dev.lodge.guest;

import org.jspecify.annotations.NullMarked;
