package dev.lodge.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * For tests that boot Linux: {@code /dev/kvm} and a processor with vmx or svm, as the lab has. Without them the tests
 * are skipped, or fail when {@code LODGE_REQUIRE_KVM=1}. Each has a time limit.
 */
@Tag("linux")
@ExtendWith({HostCondition.class, TimeLimit.class})
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface NeedsVirtualisation {}
