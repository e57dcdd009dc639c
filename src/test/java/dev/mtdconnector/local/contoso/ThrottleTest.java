package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThrottleTest {

    private static final TokenCheck.Caller BASE =
            new TokenCheck.Caller(WellKnown.TENANT, WellKnown.BASE_CLIENT, Set.of());
    private static final TokenCheck.Caller PARTNER =
            new TokenCheck.Caller(WellKnown.TENANT, WellKnown.PARTNER_CLIENT, Set.of());

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));

    private Throttle throttle(int users) {
        Contoso contoso = Contoso.generate(1, users, ContosoOptions.forTests().registrations());
        return new Throttle(contoso, clock, new GraphConduct(GraphConduct.State.START), Set.of());
    }

    private static Throttle.Verdict ask(Throttle throttle, TokenCheck.Caller caller, String... segments) {
        GraphQuery query = GraphQuery.of(Map.of(), false, Set.of());
        return throttle.judge("GET", new GraphPath(List.of(segments)), query, caller);
    }

    private static int admitted(Throttle throttle, TokenCheck.Caller caller, String... segments) {
        int admitted = 0;
        while (!ask(throttle, caller, segments).refused()) {
            admitted++;
        }
        return admitted;
    }

    @ParameterizedTest
    @CsvSource({"49, 3500", "50, 5000", "500, 5000", "501, 8000"})
    void the_tenants_size_decides(int users, int units) {
        assertThat(admitted(throttle(users), BASE, "groups")).isEqualTo(units);
    }

    @Test
    void a_request_costs_what_it_is_listed_at_and_a_window_ends() {
        Throttle throttle = throttle(12);
        assertThat(admitted(throttle, BASE, "groups", "x", "transitiveMembers")).isEqualTo(700);
        assertThat(admitted(throttle, PARTNER, "groups", "x", "members")).isEqualTo(1166);
        clock.advance(Duration.ofSeconds(4));
        assertThat(ask(throttle, BASE, "groups").headers()).containsEntry("Retry-After", "6");
        clock.advance(Duration.ofSeconds(6));
        assertThat(ask(throttle, BASE, "groups").refused()).isFalse();
    }

    @Test
    void intune_counts_requests_of_its_own_and_says_less() {
        Throttle throttle = throttle(12);
        assertThat(admitted(throttle, BASE, "deviceManagement", "managedDevices"))
                .isEqualTo(2_000);
        Throttle.Verdict refused = ask(throttle, BASE, "deviceManagement", "managedDevices");
        assertThat(refused.headers()).containsOnlyKeys("Retry-After").containsEntry("Retry-After", "20");
        assertThat(ask(throttle, BASE, "groups").refused()).isFalse();
    }
}
