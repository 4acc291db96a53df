package dev.lodge.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * For tests that boot bare-metal guests: any {@code /dev/kvm} will do. Without one they are skipped, or fail when
 * {@code LODGE_REQUIRE_KVM=1}. Each has a time limit.
 */
@Tag("kvm")
@ExtendWith({HostCondition.class, TimeLimit.class})
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface NeedsKvm {}
