package dev.mtdconnector.enrollment;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hundred devices of a hundred users, Lena and her phone among them. */
class HeldRemovalsTest {

    private static final String HELD = "/api/v1/connector/held-removals";

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void enroll() {
        for (int i = 1; i < 100; i++) {
            app.directory.withDevice(device(i), user(i), "iOS", "18").join(GROUP, user(i));
        }
        sync();
        assertThat(inScope()).hasSize(100);
    }

    private static String user(int number) {
        return String.format("%08x-0000-4000-8000-%012d", number * 0x2000000L, number);
    }

    private static String device(int number) {
        return String.format("dddddddd-0000-4000-8000-%012d", number);
    }

    private void sync() {
        app.clock.advance(Duration.ofSeconds(1));
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private List<String> inScope() {
        List<String> ids = new ArrayList<>();
        app.get("/api/v1/devices?limit=1000").expect(200).json().path("devices").forEach(device -> {
            if (!device.path("state").asText().equals("out-of-scope")) {
                ids.add(device.path("deviceId").asText());
            }
        });
        return ids;
    }

    private void leave(int from, int to) {
        for (int i = from; i < to; i++) {
            app.directory.leave(GROUP, user(i));
        }
    }

    private int set() {
        return app.get(HELD).expect(200).json().path("set").asInt();
    }

    private JsonNode error() {
        JsonNode found = null;
        for (JsonNode error : app.get("/api/v1/errors").expect(200).json().path("errors")) {
            if (error.path("code").asText().equals("enrollment.removals-held")) {
                found = error;
            }
        }
        return Objects.requireNonNull(found);
    }

    private TestApp.Answer approve(int set) {
        TestApp.Answer answer = app.post(HELD + "/approve", "{\"set\": " + set + "}");
        app.drain();
        return answer;
    }

    @Test
    void aFifthLeavesAndTheRestIsHeldShownApprovedAndGone() {
        leave(1, 81);
        sync();
        assertThat(inScope()).hasSize(80);
        TestApp.Answer held = app.get(HELD + "?limit=50").expect(200);
        assertThat(held.text("/users")).isEqualTo("60");
        assertThat(held.text("/devices")).isEqualTo("60");
        TreeSet<String> users = new TreeSet<>();
        held.json().path("held").forEach(one -> users.add(one.path("userId").asText()));
        assertThat(held.text("/held/0/userPrincipalName")).isEqualTo(held.text("/held/0/userId") + "@x.example");
        assertThat(held.text("/held/0/devices/0/displayName")).isEqualTo("Phone dd");
        app.get(HELD + "?limit=50&cursor=" + held.text("/next"))
                .expect(200)
                .json()
                .path("held")
                .forEach(one -> users.add(one.path("userId").asText()));
        assertThat(users).hasSize(60);
        assertThat(error().path("recoveredAt").isNull()).isTrue();
        assertThat(error().path("count").asInt()).isEqualTo(1);

        app.directory.join(GROUP, users.first());
        sync();
        assertThat(app.get(HELD).text("/users")).isEqualTo("59");
        app.directory.join(GROUP, users.last());
        approve(held.json().path("set").asInt()).expect(202);

        assertThat(inScope()).hasSize(22);
        assertThat(app.get(HELD).json().path("set").isNull()).isTrue();
        assertThat(app.get(HELD).json().path("held")).isEmpty();
        assertThat(error().path("recoveredAt").isNull()).isFalse();
    }

    @Test
    void whatIsHeldStaysHeldAndIsToldOnceHoweverManySyncsComeAndGo() {
        leave(1, 41);
        sync();
        int set = set();
        app.pass(Duration.ofHours(26));
        assertThat(inScope()).hasSize(80);
        assertThat(set()).isEqualTo(set);
        assertThat(app.get(HELD).text("/users")).isEqualTo("20");
        assertThat(error().path("count").asInt()).isEqualTo(1);
    }

    @Test
    void anApprovalIsOfTheVerySetThatWasShown() {
        leave(1, 31);
        sync();
        int shown = set();
        leave(31, 36);
        sync();
        assertThat(error().path("count").asInt()).isEqualTo(2);
        assertThat(approve(shown).expect(409).code()).isEqualTo("state.changed");
        assertThat(approve(shown + 2).expect(409).code()).isEqualTo("state.changed");
        assertThat(inScope()).hasSize(80);

        approve(set()).expect(202);
        assertThat(inScope()).hasSize(65);
        approve(set()).expect(400);
    }

    @Test
    void whoeverGetsTheErrorsIsSentOneMailASet() {
        app.put("/api/v1/connector/error-management", "{\"email\": \"soc@contoso.example\"}")
                .expect(200);
        leave(1, 31);
        sync();
        sync();
        assertThat(app.mailer.mails().stream().filter(mail -> mail.subject().contains("would leave")))
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.to()).isEqualTo("soc@contoso.example");
                    assertThat(mail.text())
                            .contains("Devices that wait: 10", "Set: " + set(), "https://connector.example")
                            .doesNotContain(user(1), user(30), device(1));
                });
        leave(31, 36);
        sync();
        assertThat(app.mailer.mails().stream().filter(mail -> mail.text().contains("Set: " + set())))
                .hasSize(1);
    }

    @Test
    void anAnswerThatHasNobodyRemovesNothing() {
        app.directory.forgetLinks();
        leave(1, 100);
        app.directory.leave(GROUP, LENA);
        sync();
        assertThat(inScope()).hasSize(100);
        assertThat(app.get(HELD).text("/devices")).isEqualTo("100");
        for (int i = 1; i < 100; i++) {
            app.directory.join(GROUP, user(i));
        }
        app.directory.join(GROUP, LENA);
        sync();
        assertThat(inScope()).hasSize(100);
        assertThat(app.get(HELD).text("/devices")).isEqualTo("0");
        assertThat(error().path("recoveredAt").isNull()).isFalse();
    }

    @Test
    void aGroupThatSeemsEmptyAllAtOnceRemovesNothingThoughOthersHaveMembers() {
        String other = "0ce1fd48-5e5f-4f4c-9a32-66ab6ae2a5a1";
        String another = "00000000-0000-4000-8000-00000000aaaa";
        app.directory.withGroup(other, "Field Sales", another).withDevice(device(500), another, "iOS", "18");
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users", "Field Sales"]}
                """).expect(200);
        app.drain();
        app.directory.forgetLinks();
        leave(1, 100);
        app.directory.leave(GROUP, LENA);
        sync();
        assertThat(inScope()).hasSize(101);
    }

    @Test
    void runsAreListedNewestFirstAndThoseWithoutChangeAreCounted() {
        sync();
        sync();
        leave(1, 3);
        sync();
        TestApp.Answer runs = app.get("/api/v1/connector/sync-runs").expect(200);
        assertThat(runs.text("/runs/0/removed")).isEqualTo("2");
        assertThat(runs.text("/runs/1/added")).isEqualTo("99");
        assertThat(runs.json().at("/runs/0/requests").asInt()).isPositive();
        assertThat(runs.json().at("/runs/0/error").isNull()).isTrue();
        assertThat(runs.text("/withoutChange/runs")).isEqualTo("2");
        assertThat(app.get("/api/v1/connector/sync-runs?limit=1").json().path("runs"))
                .hasSize(1);
    }

    @Test
    void aGroupIsTakenOutOnlyWhenWhoLeavesIsConfirmedAndThenNobodyIsHeld() {
        String other = "0ce1fd48-5e5f-4f4c-9a32-66ab6ae2a5a1";
        app.directory.withGroup(other, "Field Sales", user(1), user(2), user(3));
        String change = "{\"groups\": [\"Field Sales\"]%s}";
        var before = app.tables.dump().get("connectors");
        TestApp.Answer asked =
                app.put("/api/v1/connector/enrollment", change.formatted("")).expect(409);
        assertThat(asked.code()).isEqualTo("enrollment.confirm");
        assertThat(asked.text("/leaving/devices")).isEqualTo("97");
        assertThat(asked.text("/leaving/users")).isEqualTo("97");
        assertThat(asked.json().at("/leaving/first")).hasSize(20);
        app.put("/api/v1/connector/enrollment", change.formatted(", \"confirmLeaving\": 96"))
                .expect(409);
        assertThat(app.tables.dump().get("connectors")).isEqualTo(before);

        app.put("/api/v1/connector/enrollment", change.formatted(", \"confirmLeaving\": 97"))
                .expect(200);
        app.directory.leave(other, user(3));
        app.drain();
        assertThat(inScope()).contains(device(1), device(2)).hasSizeBetween(2, 3);
        assertThat(app.get(HELD).text("/devices")).isIn("0", "1");
    }

    @Test
    void aConfirmationIsOfNoUseForWhoLeavesOtherwise() {
        String other = "0ce1fd48-5e5f-4f4c-9a32-66ab6ae2a5a1";
        app.directory.withGroup(other, "Field Sales", user(1));
        String both = "{\"groups\": [\"Mobile Threat Defense Users\", \"Field Sales\"]%s}";
        app.put("/api/v1/connector/enrollment", both.formatted("")).expect(200);
        app.drain();
        app.put("/api/v1/connector/enrollment", "{\"groups\": [\"Field Sales\"], \"confirmLeaving\": 99}")
                .expect(200);
        app.put("/api/v1/connector/enrollment", both.formatted("")).expect(200);
        leave(1, 100);
        app.drain();
        assertThat(inScope().size()).isBetween(80, 81);
    }

    @Test
    void aDryRunSaysWhoWouldComeLeaveAndStayAndWritesNothing() {
        String other = "0ce1fd48-5e5f-4f4c-9a32-66ab6ae2a5a1";
        String inner = "1ce1fd48-5e5f-4f4c-9a32-66ab6ae2a5a1";
        String newcomer = "eeeeeeee-0000-4000-8000-000000000001";
        app.directory
                .withGroup(other, "Field Sales", user(1), user(2))
                .withGroup(inner, "Interns", newcomer)
                .nest(other, inner, true)
                .nest(inner, other, true)
                .withDevice(device(700), newcomer, "Android", "15")
                .withDevice(device(701), newcomer, "Android", "15");
        Map<String, Long> before = new HashMap<>();
        for (String table : List.of("enrollment", "devices", "connectors", "jobs")) {
            before.put(table, app.tables.writes(table));
        }
        TestApp.Answer answer = app.post("/api/v1/connector/dry-run", "{\"groups\": [\"" + other + "\"]}")
                .expect(200);
        assertThat(answer.text("/complete")).isEqualTo("true");
        assertThat(answer.text("/added/users")).isEqualTo("1");
        assertThat(answer.text("/added/devices")).isEqualTo("2");
        assertThat(answer.text("/added/first/0/userPrincipalName")).isEqualTo(newcomer + "@x.example");
        assertThat(answer.text("/removed/users")).isEqualTo("98");
        assertThat(answer.text("/removed/devices")).isEqualTo("98");
        assertThat(answer.text("/unchanged/users")).isEqualTo("2");
        assertThat(answer.text("/unchanged/devices")).isEqualTo("2");

        TestApp.Answer flat = app.post(
                        "/api/v1/connector/dry-run",
                        "{\"groups\": [\"Field Sales\", \"Mobile Threat Defense Users\"], \"nestedGroups\": false}")
                .expect(200);
        assertThat(flat.text("/added/users")).isEqualTo("0");
        assertThat(flat.text("/removed/users")).isEqualTo("0");
        assertThat(flat.text("/unchanged/users")).isEqualTo("100");
        for (String table : List.of("enrollment", "devices", "connectors", "jobs")) {
            assertThat(app.tables.writes(table)).as(table).isEqualTo(before.get(table));
        }
    }
}
