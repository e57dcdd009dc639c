package dev.mtdconnector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.http.Route;
import dev.mtdconnector.local.host.FunctionDeclaration;
import dev.mtdconnector.local.host.FunctionDeclarations;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.testing.GoldenFile;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The routes of the app as wired, and that the platform lets each of them through. */
final class RouteListTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "MTD_PUBLIC_URL", "https://mtd.example",
            "STATE_STORAGE", "unused",
            "MTD_BASE_CLIENT_ID", "5fc0ed1c-af1c-4677-827b-76718586c874",
            "MTD_BASE_CLIENT_SECRET", "unused",
            "MTD_PARTNER_CLIENT_ID", "0f445670-4b58-44e7-8afa-48335ce0baa0",
            "MTD_PARTNER_CLIENT_SECRET", "unused",
            "MTD_MAIL_HOST", "smtp.example",
            "MTD_MAIL_FROM", "mtd@mtd.example");

    @Test
    void theListOfRoutesSaysWhoMayAskForWhat() {
        GoldenFile.list("routes.txt")
                .matches(routes().stream()
                        .sorted(Comparator.comparing(Route::template).thenComparing(Route::method))
                        .map(route -> String.join(
                                        " | ",
                                        route.method() + " " + route.template(),
                                        route.access().name(),
                                        inWords(route.access()),
                                        route.consumes() == null ? "-" : Objects.requireNonNull(route.consumes()))
                                + "\n")
                        .collect(Collectors.joining()));
    }

    @Test
    void everyRouteIsDocumented() {
        GoldenFile.section(Path.of("docs", "local-world.md"), "routes")
                .matches("\n| Request | Who may ask | Body |\n|---|---|---|\n"
                        + routes().stream()
                                .sorted(Comparator.comparing(Route::template).thenComparing(Route::method))
                                .map(route -> "| `%s %s` | %s | %s |\n"
                                        .formatted(
                                                route.method(),
                                                route.template(),
                                                inWords(route.access()),
                                                Objects.requireNonNullElse(route.consumes(), "")))
                                .collect(Collectors.joining())
                        + "\n");
    }

    private static String inWords(Access access) {
        return switch (access) {
            case ANYBODY -> "anybody";
            case OPERATOR -> "operator, by key or app role";
            case DEVICES_READ,
                    DEVICES_CHANGE,
                    POLICY_READ,
                    POLICY_CHANGE,
                    CONNECTOR_READ,
                    CONNECTOR_CHANGE,
                    SYSTEM_READ,
                    SYSTEM_CHANGE,
                    OWN ->
                "administrator: "
                        + Arrays.stream(Role.values())
                                .filter(role -> role.allows(access))
                                .map(Role::label)
                                .collect(Collectors.joining(", "));
            case FEED -> "feed key, or API key with full access";
            case DEVICE -> "device credential";
            case ENTRA_USER -> "user's token from Entra";
        };
    }

    @Test
    void noTwoRoutesAnswerTheSameRequest() {
        List<Route> routes = routes();
        for (int i = 0; i < routes.size(); i++) {
            for (int j = 0; j < i; j++) {
                Route one = routes.get(i);
                Route other = routes.get(j);
                assertThat(one.method().equals(other.method())
                                && RouteOverlap.overlap(one.template(), other.template()))
                        .as("%s %s and %s", one.method(), one.template(), other.template())
                        .isFalse();
            }
        }
    }

    @Test
    void thePlatformLetsEachRouteThroughToAFunctionThatTakesItsMethod() {
        List<FunctionDeclaration> functions =
                FunctionDeclarations.inPackage("dev.mtdconnector.functions").list();
        for (Route route : routes()) {
            FunctionDeclaration.Http first = functions.stream()
                    .map(FunctionDeclaration::trigger)
                    .filter(FunctionDeclaration.Http.class::isInstance)
                    .map(FunctionDeclaration.Http.class::cast)
                    .filter(http -> RouteOverlap.overlap(http.route(), route.template()))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.methods())
                    .extracting(Enum::name)
                    .as(route.template())
                    .contains(route.method());
        }
    }

    private static List<Route> routes() {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-21T08:00:00Z"));
        MemoryTables tables = new MemoryTables();
        MemoryQueues queues = new MemoryQueues(clock);
        Edges edges = new Edges(
                () -> tables,
                () -> queues,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                RouteListTest::unused,
                clock,
                new RecordingSleeper(clock));
        return new App(Settings.from(ENVIRONMENT), edges).routes();
    }

    /** An edge that must not be reached for: listing the routes makes nothing. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // It never returns, so no cast is hidden.
    private static <T> T unused() {
        throw new AssertionError("Listing the routes reaches for nothing outside");
    }
}
