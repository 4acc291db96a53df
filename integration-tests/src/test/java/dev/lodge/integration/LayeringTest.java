package dev.lodge.integration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layering that ARCHITECTURE.md draws. */
@DisplayName("By the layering,")
class LayeringTest {
    private static final String VMM = "dev.lodge.vmm.";
    private static final JavaClasses LODGE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lodge");

    /** The embedding API's values, which the inside may speak of. Not what builds and runs domains. */
    private static final DescribedPredicate<JavaClass> ENTRANCES = JavaClass.Predicates.belongToAnyOf(
                    dev.lodge.vmm.Lodge.class,
                    dev.lodge.vmm.DomainBuilder.class,
                    dev.lodge.vmm.Domain.class,
                    dev.lodge.vmm.GuestCommand.class,
                    dev.lodge.vmm.CommandSession.class)
            .as("the API's entrances");

    @ParameterizedTest(name = "{0} knows of Lodge''s modules only {1}")
    @CsvSource({
        "kvm|linux, kvm|linux",
        "rings, rings",
        "scheduler, scheduler",
        "guest, guest",
        "vmm, vmm|kvm|linux|rings|guest",
    })
    void modules(String from, String to) {
        noClasses()
                .that()
                .resideInAnyPackage(packages("dev.lodge.", from))
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.lodge..")
                        .and(DescribedPredicate.not(resideInAnyPackage(packages("dev.lodge.", to)))))
                .check(LODGE);
    }

    @Test
    @DisplayName("the program knows of Lodge only the embedding API and the system calls")
    void cli() {
        noClasses()
                .that()
                .resideInAPackage("dev.lodge.cli..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.lodge..")
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("dev.lodge.cli..", "dev.lodge.vmm", "dev.lodge.linux"))))
                .check(LODGE);
    }

    @ParameterizedTest(name = "within the monitor, {0} knows only {1}")
    @CsvSource({
        "abi, abi",
        "memory, memory|abi",
        "time, time|memory|abi",
        "boot, boot|memory|abi",
        "event, event|memory|abi",
        "grant, grant|memory|abi",
        "store, store|memory|abi",
        "storage, storage",
        "socket, socket|store|io",
        "io, io|event|memory|abi",
        "hypercall, hypercall|event|grant|store|time|memory|abi",
        "vcpu, vcpu|hypercall|event|grant|store|time|io|boot|memory|abi",
        "network, network|io",
        "backend, backend|network|event|grant|store|storage|io|memory|abi",
        "host, host|boot|abi",
        "agent, agent|boot|io",
    })
    void insideTheMonitor(String from, String to) {
        noClasses()
                .that()
                .resideInAPackage(VMM + from + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(VMM + "*..")
                        .and(DescribedPredicate.not(resideInAnyPackage(packages(VMM, to + "|"))))
                        .or(ENTRANCES))
                .check(LODGE);
    }

    @Test
    @DisplayName("no package of the monitor's inside is in a cycle with another")
    void cycles() {
        slices().matching("dev.lodge.vmm.(*)..").should().beFreeOfCycles().check(LODGE);
    }

    @Test
    @DisplayName("memory that is native, or code, is reached by the bindings alone")
    void restrictedCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.lodge.kvm..", "dev.lodge.linux..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
                .orShould()
                .callMethod(java.lang.foreign.MemorySegment.class, "reinterpret", long.class)
                .check(LODGE);
    }

    @Test
    @DisplayName("Logback is the program's affair alone")
    void logback() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lodge.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback..")
                .check(LODGE);
    }

    @Test
    @DisplayName("nothing is used that the JDK keeps for itself but signals, and that by the program")
    void internals() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.lodge.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdk.internal..");
        rule.check(LODGE);
    }

    /** "a|b" with a prefix, as ArchUnit writes packages; an empty name is the prefix itself. */
    private static String[] packages(String prefix, String names) {
        return Arrays.stream(names.split("\\|", -1))
                .map(name -> name.isEmpty() ? prefix.substring(0, prefix.length() - 1) : prefix + name + "..")
                .toArray(String[]::new);
    }
}
