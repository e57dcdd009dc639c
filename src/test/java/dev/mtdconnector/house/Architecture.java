package dev.mtdconnector.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which package may know which. A feature decides with what it is given; adapters talk; {@code app} wires;
 * {@code functions} parse and answer; the local world stands outside.
 */
final class Architecture {

    private static final String ROOT = "dev.mtdconnector.";

    /** They talk to the outside, behind interfaces that features own. */
    private static final Set<String> ADAPTERS = Set.of("graph", "partner", "mail", "storage", "lookout");

    private static final Set<String> SHELL = Set.of("app", "functions", "follower");

    /** Test-scope code, so no part of the product. */
    private static final Set<String> TEST_SCOPE = Set.of("local", "testing", "stub", "story", "house", "bench");

    /** The simulator: what it shared with the product it could not prove the product wrong by. */
    private static final String[] SIMULATOR = {
        ROOT + "local.contoso..",
        ROOT + "local.intune..",
        ROOT + "local.http..",
        ROOT + "local.mail..",
        ROOT + "local.page.."
    };

    /** The launcher gives the development host the very account that the product uses; these name it. */
    private static final Set<String> ACCOUNT =
            Set.of(ROOT + "storage.StorageSettings", ROOT + "storage.AzureQueues", ROOT + "storage.AzureTables");

    private Architecture() {}

    /** The rules that the product's own classes keep, each by a short name. */
    static Map<String, ArchRule> product() {
        return Map.ofEntries(
                Map.entry(
                        "features know no platform",
                        noClasses()
                                .that(areFeatures())
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(
                                        "com.azure..",
                                        "com.microsoft..",
                                        "java.net.http..",
                                        "jakarta.mail..",
                                        "okhttp3.."))
                                .because("a feature owns a small interface, which an adapter implements")),
                Map.entry(
                        "features know no adapter and no shell",
                        noClasses()
                                .that(areFeatures())
                                .should()
                                .dependOnClassesThat(describe(
                                        "are adapters or shell", type -> isIn(ADAPTERS, type) || isIn(SHELL, type)))
                                .because("what a feature decides does not hang on who asks and where it is stored")),
                Map.entry(
                        "only app reads the environment",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(ROOT + "app..")
                                .should()
                                .callMethodWhere(describe(
                                        "it reads the environment",
                                        call -> call.getTargetOwner().isEquivalentTo(System.class)
                                                && call.getName().equals("getenv")))
                                .because("every setting is a SettingKey and comes in through a constructor")),
                Map.entry(
                        "only storage knows tables and queues",
                        only("storage", "com.azure.data..", "com.azure.storage..")),
                Map.entry(
                        "only graph knows the Graph SDK and credentials",
                        only(
                                "graph",
                                "com.microsoft.graph..",
                                "com.microsoft.kiota..",
                                "com.microsoft.aad..",
                                "okhttp3..")),
                Map.entry("only mail knows SMTP", only("mail", "jakarta.mail..", "org.eclipse.angus..")),
                Map.entry(
                        "only functions knows the Functions API", only("functions", "com.microsoft.azure.functions..")),
                Map.entry(
                        "adapters stand alone",
                        noClasses()
                                .that(describe("are adapters", type -> isIn(ADAPTERS, type)))
                                .should(new DependOnAnotherAdapter())
                                .because("they meet in app; partner alone asks graph for tokens and addresses")),
                Map.entry(
                        "functions know app, http and schedule",
                        classes()
                                .that()
                                .resideInAPackage(ROOT + "functions..")
                                .should()
                                .onlyDependOnClassesThat(describe(
                                        "are none of the product's, or of functions, app, http, schedule",
                                        type -> !isOurs(type)
                                                || Set.of("functions", "app", "http", "schedule")
                                                        .contains(part(type))))
                                .because("a trigger parses, calls one method, and answers")),
                Map.entry(
                        "nobody calls the triggers",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(ROOT + "functions..")
                                .should()
                                .dependOnClassesThat(resideInAPackage(ROOT + "functions.."))),
                Map.entry(
                        "no cycles", slices().matching(ROOT + "(*)..").should().beFreeOfCycles()));
    }

    /** The rules of the local world, tests of it left out. */
    static Map<String, ArchRule> localWorld() {
        return Map.of(
                "the local world knows functions, app and ports",
                classes()
                        .that()
                        .resideInAPackage(ROOT + "local..")
                        .should(new KnowOfTheProduct(
                                type -> isIn(SHELL, type) || isPort(type),
                                (from, to) ->
                                        from.getPackageName().equals(ROOT + "local") && ACCOUNT.contains(to.getName())))
                        .because("it is another program; what it needs of ours it gets as the platform does"),
                "the simulator knows nothing of the product",
                classes()
                        .that()
                        .resideInAnyPackage(SIMULATOR)
                        .should(new KnowOfTheProduct(type -> false, (from, to) -> false))
                        .because("a misunderstanding that both share would never be found"),
                "only the host and its launcher know the Functions API",
                noClasses()
                        .that()
                        .resideOutsideOfPackages(ROOT + "local", ROOT + "local.host..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("com.microsoft.azure.functions..")),
                "no cycles in the local world",
                slices().matching(ROOT + "local.(*)..").should().beFreeOfCycles());
    }

    /** The product's part that a class belongs to, as {@code tenant}; empty for the root package and foreign classes. */
    static String part(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT)) {
            return "";
        }
        int dot = name.indexOf('.', ROOT.length());
        return name.substring(ROOT.length(), dot < 0 ? name.length() : dot).toLowerCase(Locale.ROOT);
    }

    static boolean isOurs(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(ROOT);
    }

    /** A class of what ships. */
    static boolean isProduct(JavaClass type) {
        return isOurs(type) && !isIn(TEST_SCOPE, type);
    }

    static boolean isAdapter(JavaClass type) {
        return isIn(ADAPTERS, type);
    }

    /** A new package is a feature until it is named above: the strictest rule holds by default. */
    private static DescribedPredicate<JavaClass> areFeatures() {
        return describe("are features", type -> isProduct(type) && !isIn(ADAPTERS, type) && !isIn(SHELL, type));
    }

    private static boolean isIn(Set<String> parts, JavaClass type) {
        return parts.contains(part(type));
    }

    /** An interface, or a value that stands inside one. */
    private static boolean isPort(JavaClass type) {
        return type.isInterface()
                || type.getEnclosingClass().map(Architecture::isPort).orElse(false);
    }

    private static ArchRule only(String part, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + part + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages));
    }
}
