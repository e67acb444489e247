package dev.kvc.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.kvc.store.StoreEnvironment;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the arrows: a module needs only modules that stand above it, a library is known where it serves and nowhere
 * else, and what is internal stays so.
 */
class ArchitectureTest {
    private static final String CAFFEINE = "com.github.benmanes.caffeine..";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/dev/kvc/examples/"))
            .importPackages("dev.kvc");

    /** The modules from top to bottom, each with what else it may know beside the JDK and JSpecify. */
    enum Module {
        FORMAT,
        EVICTION,
        STORE(CAFFEINE),
        FAULTFS,
        TESTKIT("org.junit.jupiter..", "org.assertj.."),
        ENGINE,
        GUICE("com.google.inject..", "jakarta.inject.."),
        MICROMETER("io.micrometer.core.instrument.."),
        REMOTE("dev.failsafe.."),
        REDIS("io.lettuce.core..", "io.netty.."),
        S3("software.amazon.awssdk.."),
        SIMULATOR("com.fasterxml.jackson.core.."),
        CLI("picocli..", "com.fasterxml.jackson.core..", "org.apache.commons.compress..");

        private final String[] libraries;

        Module(String... libraries) {
            this.libraries = libraries;
        }

        String packages() {
            return "dev.kvc." + name().toLowerCase(java.util.Locale.ROOT) + "..";
        }

        /** What is for tests is needed by no other module, and the faulty file system stands by itself. */
        private boolean mayKnow(Module other) {
            boolean isForTests = other == FAULTFS || other == TESTKIT;
            return this == other || (this != FAULTFS && !isForTests && other.ordinal() < ordinal());
        }

        String[] known() {
            Stream<String> modules = Stream.of(values()).filter(this::mayKnow).map(Module::packages);
            Stream<String> always = Stream.of("java..", "javax.crypto..", "jdk.jfr..", "jdk.net..", "org.jspecify..");
            return Stream.of(modules, always, Stream.of(libraries))
                    .flatMap(packages -> packages)
                    .toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource
    void moduleNeedsOnlyModulesAboveIt(Module module) {
        DescribedPredicate<JavaClass> known = resideInAnyPackage(module.known())
                .or(describe("are primitive", c -> c.getBaseComponentType().isPrimitive()));
        classes()
                .that(resideInAPackage(module.packages()))
                .should(onlyDependOnClassesThat(known))
                .check(CLASSES);
    }

    @Test
    void everyModuleIsSeen() {
        for (Module module : Module.values()) {
            assertThat(CLASSES.that(resideInAPackage(module.packages())))
                    .as(module.packages())
                    .isNotEmpty();
        }
    }

    @Test
    void caffeineIsKnownInTheMemoryStoreAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvc.store.memory..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CAFFEINE)
                .check(CLASSES);
    }

    @Test
    void caffeineStandsInNoSignature() {
        members()
                .that()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .areNotPrivate()
                .should(new ArchCondition<JavaMember>("not mention Caffeine") {
                    @Override
                    public void check(JavaMember member, ConditionEvents events) {
                        boolean visible = member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED);
                        member.getAllInvolvedRawTypes().stream()
                                .filter(resideInAPackage(CAFFEINE))
                                .filter(type -> visible)
                                .forEach(type -> events.add(
                                        SimpleConditionEvent.violated(member, member.getFullName() + ": " + type)));
                    }
                })
                .check(CLASSES);
    }

    @Test
    void simulatorNeedsNoStore() {
        noClasses()
                .that()
                .resideInAPackage(Module.SIMULATOR.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Module.STORE.packages(), Module.GUICE.packages())
                .check(CLASSES);
    }

    @Test
    void internalPackageIsUsedByItsOwnerAlone() {
        classes()
                .should(new ArchCondition<JavaClass>("use no other package's internals") {
                    @Override
                    public void check(JavaClass user, ConditionEvents events) {
                        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                            String used = dependency.getTargetClass().getPackageName();
                            if (used.startsWith("dev.kvc.") && !isWithin(owner(used), user.getPackageName())) {
                                events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(CLASSES);
    }

    /** The package that an internal package belongs to; the empty string, within which all is, for another. */
    private static String owner(String packageName) {
        int internal = (packageName + ".").indexOf(".internal.");
        return internal < 0 ? "" : packageName.substring(0, internal);
    }

    private static boolean isWithin(String owner, String packageName) {
        return owner.isEmpty() || (packageName + ".").startsWith(owner + ".");
    }

    /** A package and its internal one count as one. */
    @Test
    void packagesHaveNoCycles() {
        SliceAssignment packages = new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                String name = javaClass.getPackageName();
                return SliceIdentifier.of(owner(name).isEmpty() ? name : owner(name));
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
        slices().assignedFrom(packages).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .forEach(each -> assertThat(each.tryGetPackageInfo().filter(p -> p.isAnnotatedWith(NullMarked.class)))
                        .as("package-info of %s with @NullMarked", each.getName())
                        .isPresent());
    }

    @Test
    void pathsAreUsedThroughTheirOwnProvider() {
        noClasses().should().dependOnClassesThat().belongToAnyOf(File.class).check(CLASSES);
        noClasses().should().callMethod(Path.class, "toFile").check(CLASSES);
    }

    @Test
    void librariesLogAndDoNotPrint() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES.that(resideOutsideOfPackage("dev.kvc.cli")));
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    }

    /** But the age of a directory's listing: the machine's clock has stamped the directory. */
    @Test
    void timeComesFromAnInjectedClock() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(StoreEnvironment.class)
                .and()
                .doNotHaveFullyQualifiedName("dev.kvc.store.fs.Scanner")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class)
                .check(CLASSES);
    }

    @Test
    void staticStateDoesNotChange() {
        fields().that()
                .areStatic()
                .and(describe("are written", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
                .should()
                .beFinal()
                .check(CLASSES);
    }
}
