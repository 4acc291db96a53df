package dev.lodge.integration;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests that boot guests, without Maven: {@code Runner TAG-EXPRESSION [PATTERN [REPEATS]]}. A line for each test, and at
 * the end {@code N passed, N failed, N skipped}; the exit status is 1 if one failed, or if there was none.
 *
 * <p>Tests that fail run again at the end, up to REPEATS times, and are named if they pass then. That is for machines whose
 * emulated CPUs err now and then (lab/README.md); where many tests fail, or on other machines, nothing is repeated.
 */
public final class Runner {

    private static final int FEW = 6;

    private Runner() {}

    /** See above. */
    public static void main(String[] arguments) {
        Pattern only = arguments.length > 1 && !arguments[1].isEmpty()
                ? Pattern.compile(arguments[1], Pattern.CASE_INSENSITIVE)
                : null;
        int repeats = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        Report report = new Report();
        execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectPackage(Runner.class.getPackageName()))
                        .filters(
                                TagFilter.includeTags(arguments[0]), (PostDiscoveryFilter) test -> matches(test, only)),
                report);
        List<String> mended = new ArrayList<>();
        for (int round = 0; round < repeats && !report.failed.isEmpty() && report.failed.size() <= FEW; round++) {
            Map<String, String> again = new LinkedHashMap<>(report.failed);
            report.failed.clear();
            System.out.println("again, those that failed:");
            execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(again.keySet().stream()
                                    .map(DiscoverySelectors::selectUniqueId)
                                    .toList()),
                    report);
            again.forEach((id, name) -> {
                if (!report.failed.containsKey(id)) {
                    mended.add(name);
                }
            });
        }
        mended.forEach(name -> System.out.println("passed when repeated: " + name));
        report.summarise();
        System.exit(report.failed.isEmpty() && report.passed > 0 ? 0 : 1);
    }

    private static void execute(LauncherDiscoveryRequestBuilder request, Report report) {
        LauncherFactory.create().execute(request.build(), report);
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
        private final Map<String, String> failed = new LinkedHashMap<>(); // names by unique ids
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
                failed.put(test.getUniqueId(), name(test));
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
            failed.values().forEach(name -> System.out.println("failed: " + name));
            System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped + " skipped");
        }
    }
}
