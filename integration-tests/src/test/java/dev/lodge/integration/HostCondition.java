package dev.lodge.integration;

import dev.lodge.kvm.Kvm;
import dev.lodge.kvm.KvmException;
import dev.lodge.vmm.Virtualisation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whether this host can run a test, and why not. */
final class HostCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String lacking = lacking(context.getTags().contains("linux"));
        if (lacking == null) {
            return ConditionEvaluationResult.enabled("this host has what it takes");
        }
        if ("1".equals(System.getenv("LODGE_REQUIRE_KVM"))) {
            throw new AssertionError("LODGE_REQUIRE_KVM=1, but " + lacking);
        }
        return ConditionEvaluationResult.disabled(lacking);
    }

    private static @Nullable String lacking(boolean linux) {
        try {
            Kvm.open().close();
        } catch (KvmException refused) {
            return refused.getMessage();
        }
        if (linux && Virtualisation.ofThisHost() == Virtualisation.NONE) {
            return "this processor has neither vmx nor svm: integration-tests/run boots Linux in the lab";
        }
        return null;
    }
}
