package dev.lodge.integration;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests that boot guests, without Maven: {@code Runner TAG-EXPRESSION [PATTERN]}. A line for each test, and at
 * the end {@code N passed, N failed, N skipped}; the exit status is 1 if one failed, or if there was none.
 */
public final class Runner {
    private Runner() {}

    /** See above. */
    public static void main(String[] arguments) {
        Pattern only = arguments.length > 1 && !arguments[1].isEmpty()
                ? Pattern.compile(arguments[1], Pattern.CASE_INSENSITIVE)
                : null;
        Launcher launcher = LauncherFactory.create();
        Report report = new Report();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectPackage(Runner.class.getPackageName()))
                        .filters(TagFilter.includeTags(arguments[0]), (PostDiscoveryFilter) test -> matches(test, only))
                        .build(),
                report);
        report.summarise();
        System.exit(report.failed.isEmpty() && report.passed > 0 ? 0 : 1);
    }

    private static FilterResult matches(TestDescriptor test, @Nullable Pattern only) {
        boolean wanted = only == null
                || test.getSource().orElse(null) instanceof MethodSource source
                        && only.matcher(source.getClassName() + "." + source.getMethodName() + " "
                                        + test.getDisplayName())
                                .find();
        return FilterResult.includedIf(wanted);
    }

    private static final class Report implements TestExecutionListener {
        private @Nullable TestPlan plan;
        private final List<String> failed = new ArrayList<>();
        private int passed;
        private int skipped;
        private long started;

        @Override
        public void testPlanExecutionStarted(TestPlan testPlan) {
            plan = testPlan;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                started = System.nanoTime();
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped += test.isTest() || plan == null ? 1 : countTests(plan.getDescendants(test));
            System.out.println("skipped  " + name(test) + ": " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                executionSkipped(
                        test, result.getThrowable().map(Throwable::getMessage).orElse(""));
                return;
            }
            boolean failure = result.getStatus() == TestExecutionResult.Status.FAILED;
            if (!test.isTest() && !failure) {
                return;
            }
            long milliseconds = (System.nanoTime() - started) / 1_000_000;
            System.out.println((failure ? "FAILED   " : "passed   ") + name(test) + "  (" + milliseconds + " ms)");
            if (failure) {
                failed.add(name(test));
                result.getThrowable().ifPresent(Report::print);
            } else {
                passed++;
            }
            System.out.flush();
        }

        private static int countTests(Set<TestIdentifier> identifiers) {
            int count = 0;
            for (TestIdentifier identifier : identifiers) {
                count += identifier.isTest() ? 1 : 0;
            }
            return count;
        }

        private String name(TestIdentifier test) {
            String name = test.getDisplayName();
            TestIdentifier parent = parent(test);
            while (parent != null && !(parent.getSource().orElse(null) instanceof ClassSource)) {
                parent = parent(parent);
            }
            return parent == null ? name : parent.getDisplayName() + " " + name;
        }

        private @Nullable TestIdentifier parent(TestIdentifier test) {
            return plan == null ? null : plan.getParent(test).orElse(null);
        }

        /** Of the stack only what is Lodge's. */
        private static void print(Throwable thrown) {
            System.out.println("    " + thrown);
            for (StackTraceElement frame : thrown.getStackTrace()) {
                if (frame.getClassName().startsWith("dev.lodge.")
                        && !frame.getClassName().endsWith(".Runner")) {
                    System.out.println("        at " + frame);
                }
            }
            if (thrown.getCause() != null) {
                print(thrown.getCause());
            }
        }

        void summarise() {
            failed.forEach(name -> System.out.println("failed: " + name));
            System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped + " skipped");
        }
    }
}
