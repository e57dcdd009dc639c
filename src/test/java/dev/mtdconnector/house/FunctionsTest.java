package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.app.RouteOverlap;
import dev.mtdconnector.functions.Injector;
import dev.mtdconnector.local.host.FunctionDeclaration;
import dev.mtdconnector.local.host.FunctionDeclarations;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.testing.GoldenFile;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The functions by their annotations; {@link PackageIT} reads the same list from the package. */
final class FunctionsTest {

    /** Where routes overlap the platform takes the function whose name comes first, so this one comes last. */
    private static final String CATCH_ALL = "WebConsole";

    private static final FunctionDeclarations DECLARED = FunctionDeclarations.inPackage("dev.mtdconnector.functions");

    @Test
    void theListOfFunctionsIsReviewed() {
        GoldenFile.list("functions.txt").matches(DECLARED.listing());
    }

    /** The local world wires the app itself, so nothing else would miss the injector. */
    @Test
    void theWorkerFindsTheProductsInjectorAndNoOther() {
        assertThat(ServiceLoader.load(FunctionInstanceInjector.class))
                .singleElement()
                .isInstanceOf(Injector.class);
    }

    @Test
    void theListOfJobsIsReviewed() {
        GoldenFile.list("jobs.txt")
                .matches(Arrays.stream(JobKind.values())
                        .map(kind -> kind.name() + " " + kind.queue() + "\n")
                        .sorted()
                        .collect(Collectors.joining()));
    }

    @Test
    void routesOverlapWithTheCatchAllOnlyWhoseNameComesLast() {
        List<FunctionDeclaration> functions = http();
        for (FunctionDeclaration one : functions) {
            for (FunctionDeclaration other : functions) {
                if (!one.name().equals(other.name())
                        && !one.name().equals(CATCH_ALL)
                        && !other.name().equals(CATCH_ALL)) {
                    assertThat(RouteOverlap.overlap(route(one), route(other)))
                            .as("%s and %s", one.name(), other.name())
                            .isFalse();
                }
            }
        }
        List<String> names = functions.stream().map(FunctionDeclaration::name).toList();
        assertThat(names.stream().max(Comparator.naturalOrder())).contains(CATCH_ALL);
        assertThat(names.stream().max(String.CASE_INSENSITIVE_ORDER)).contains(CATCH_ALL);
        assertThat(RouteOverlap.overlap("{*path}", route(named(CATCH_ALL)))).isTrue();
    }

    @Test
    void nothingLivesWhereThePlatformDoes() {
        assertThat(http())
                .allMatch(function -> !route(function).toLowerCase(Locale.ROOT).matches("/?(admin|runtime)(/.*)?"));
    }

    @Test
    void theProductAndNotThePlatformAsksWhoIsThere() {
        assertThat(http())
                .extracting(function -> ((FunctionDeclaration.Http) function.trigger()).level())
                .containsOnly(AuthorizationLevel.ANONYMOUS);
    }

    @ParameterizedTest
    @EnumSource(JobKind.class)
    void everyJobHasAFunctionAndAPoisonInspector(JobKind kind) {
        assertThat(queues()).containsOnlyOnce(kind.queue(), kind.queue() + "-poison");
    }

    @Test
    void noFunctionListensToAQueueThatNobodyFills() {
        List<String> known = Stream.concat(
                        Arrays.stream(JobKind.values()).map(JobKind::queue), Stream.of(Drivers.QUEUE))
                .flatMap(queue -> Stream.of(queue, queue + "-poison"))
                .toList();
        assertThat(queues()).containsExactlyInAnyOrderElementsOf(known);
    }

    @ParameterizedTest
    @CsvSource({
        "les, /LES, true",
        "les, consent/callback, false",
        "api/v1/{*path}, /api/v1/tenant, true",
        "api/v1/{*path}, /api/v1, true",
        "api/v1/{*path}, /api/v2/tenant, false",
        "a/{x}/c, a/b/{y}, true",
        "a/{x}/c, a/b/d, false",
        "a/{x}, a, false",
        "{*path}, '', true"
    })
    void overlapIsWhatOnePathCanMatch(String one, String other, boolean overlap) {
        assertThat(RouteOverlap.overlap(one, other)).isEqualTo(overlap);
        assertThat(RouteOverlap.overlap(other, one)).isEqualTo(overlap);
    }

    private static List<FunctionDeclaration> http() {
        return DECLARED.list().stream()
                .filter(function -> function.trigger() instanceof FunctionDeclaration.Http)
                .toList();
    }

    private static FunctionDeclaration named(String name) {
        return http().stream()
                .filter(function -> function.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String route(FunctionDeclaration function) {
        return ((FunctionDeclaration.Http) Objects.requireNonNull(function.trigger())).route();
    }

    private static List<String> queues() {
        return DECLARED.list().stream()
                .map(FunctionDeclaration::trigger)
                .filter(FunctionDeclaration.Queue.class::isInstance)
                .map(trigger -> ((FunctionDeclaration.Queue) trigger).queue())
                .toList();
    }
}
