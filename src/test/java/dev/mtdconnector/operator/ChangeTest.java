package dev.mtdconnector.operator;

import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator says of a tenant, at its creation and after. */
class ChangeTest {

    private static final String OPS = "c93fceeb-10f8-48db-bf81-b7696460a38c";
    private static final String AUDIT = "4f6a3c1e-7f0e-4a53-9f0e-2f0d4a0b7c11";
    private static final String OTHER_TENANT = "11111111-2222-4333-8444-555555555555";

    private final TestApp app = new TestApp();

    private TestApp.Answer change(String body) {
        return app.operator("PATCH", "/" + TENANT, body);
    }

    private TestApp.Answer create(String directoryId, String more) {
        return app.operator(
                "POST",
                "",
                "{\"directoryId\": \"" + directoryId + "\", \"fullAccessGroupId\": \"" + FULL_GROUP
                        + "\", \"primaryContact\": \"a@b.example\"" + more + "}");
    }

    @Test
    void aTenantIsCreatedWithEveryField() {
        create(
                        TENANT,
                        ", \"restrictedAccessGroupId\": \"" + OPS + "\", \"readOnlyAccessGroupId\": \"" + AUDIT
                                + "\", \"language\": \"sv\", \"name\": \"Contoso\"")
                .expect(201);
        TestApp.Answer view = app.operator("GET", "/" + TENANT, "").expect(200);
        assertThat(view.text("/restrictedAccessGroupId")).isEqualTo(OPS);
        assertThat(view.text("/readOnlyAccessGroupId")).isEqualTo(AUDIT);
        assertThat(view.text("/language")).isEqualTo("sv");
        assertThat(view.text("/status")).isEqualTo("active");
        assertThat(view.json().at("/deletionDueAt").isNull()).isTrue();
        assertThat(view.json().at("/accessGroups/readOnly").toString())
                .isEqualTo("{\"id\":\"" + AUDIT + "\",\"displayName\":null,\"state\":\"unknown\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "restrictedAccessGroupId, e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
        "readOnlyAccessGroupId, E31A58DA-0C7F-410E-9C5A-9FA15675E5D8",
        "readOnlyAccessGroupId, group",
        "language, de",
        "language, EN",
        "enterpriseGuid, enterprise",
        "name, ' '"
    })
    void aFieldThatIsWrongIsNamedAtCreationAndNothingIsStored(String field, String value) {
        TestApp.Answer answer =
                create(TENANT, ", \"" + field + "\": \"" + value + "\"").expect(400);
        assertThat(answer.text("/errors/0/field")).isEqualTo(field);
        assertThat(app.tables.dump().values()).allMatch(List::isEmpty);
    }

    @Test
    void onlyTheGivenFieldsChange() {
        app.onboard();
        change("{\"restrictedAccessGroupId\": \"" + OPS + "\", \"primaryContact\": \"new@contoso.example\"}")
                .expect(200);
        TestApp.Answer view = change("{\"language\": \"ko\"}").expect(200);
        assertThat(view.text("/name")).isEqualTo("Contoso");
        assertThat(view.text("/fullAccessGroupId")).isEqualTo(FULL_GROUP);
        assertThat(view.text("/restrictedAccessGroupId")).isEqualTo(OPS);
        assertThat(view.text("/primaryContact")).isEqualTo("new@contoso.example");
        assertThat(view.text("/language")).isEqualTo("ko");

        view = change("{\"restrictedAccessGroupId\": null, \"name\": null}").expect(200);
        assertThat(view.json().at("/restrictedAccessGroupId").isNull()).isTrue();
        assertThat(view.json().at("/accessGroups/restricted").isNull()).isTrue();
        assertThat(view.json().at("/name").isNull()).isTrue();
        assertThat(view.json()).isEqualTo(app.operator("GET", "/" + TENANT, "").json());
    }

    @Test
    void whatDoesNotChangeIsNotWritten() {
        app.onboard();
        long writes = app.tables.writes("tenants");
        change("{\"name\": \"Contoso\", \"language\": \"en\", \"readOnlyAccessGroupId\": null}")
                .expect(200);
        change("{}").expect(200);
        assertThat(app.tables.writes("tenants")).isEqualTo(writes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fullAccessGroupId", "primaryContact", "language"})
    void whatATenantMustHaveCannotBeTakenAway(String field) {
        app.onboard();
        assertThat(change("{\"" + field + "\": null}").expect(400).text("/errors/0/field"))
                .isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"directoryId", "enterpriseGuid", "status"})
    void whatNobodyChangesIsNoField(String field) {
        app.onboard();
        assertThat(change("{\"" + field + "\": \"" + OPS + "\"}").expect(400).text("/errors/0/field"))
                .isEqualTo(field);
    }

    @Test
    void twoRolesNeverGetOneGroup() {
        app.onboard();
        change("{\"restrictedAccessGroupId\": \"" + OPS + "\"}").expect(200);
        assertThat(change("{\"fullAccessGroupId\": \"" + OPS + "\"}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("restrictedAccessGroupId");
        change("{\"fullAccessGroupId\": \"" + OPS + "\", \"restrictedAccessGroupId\": null}")
                .expect(200);
    }

    @Test
    void groupsAreLookedUpWhenTheConsentIsGranted() {
        app.directory.withMailGroup(OPS, "All <b>hands</b>");
        create(TENANT, ", \"restrictedAccessGroupId\": \"" + OPS + "\", \"readOnlyAccessGroupId\": \"" + AUDIT + "\"");
        app.replaceKeys();
        app.consent(Registration.BASE).expect(200);

        TestApp.Answer view = app.get("/api/v1/tenant").expect(200);
        assertThat(view.json().at("/accessGroups").toString())
                .isEqualTo("{\"full\":{\"id\":\"" + FULL_GROUP
                        + "\",\"displayName\":\"MTD Full Access\",\"state\":\"found\"},"
                        + "\"restricted\":{\"id\":\"" + OPS
                        + "\",\"displayName\":\"All <b>hands</b>\",\"state\":\"not-security-enabled\"},"
                        + "\"readOnly\":{\"id\":\"" + AUDIT + "\",\"displayName\":null,\"state\":\"not-found\"}}");
        TestApp.Answer errors = app.get("/api/v1/errors");
        assertThat(errors.text("/errors/0/job")).isEqualTo("access-groups");
        assertThat(errors.text("/errors/0/code")).isEqualTo("tenant.access-group-missing");
        assertThat(errors.json().at("/errors/0/recoveredAt").isNull()).isTrue();

        change("{\"restrictedAccessGroupId\": null, \"readOnlyAccessGroupId\": null}")
                .expect(200);
        assertThat(app.get("/api/v1/errors").json().at("/errors/0/recoveredAt").isNull())
                .isFalse();
    }

    @Test
    void aGroupThatIsNotThereIsRefusedOnceWeMayLook() {
        app.directory.withGroup(OPS, "Operations").withMailGroup(AUDIT, "Auditors");
        app.onboard();
        change("{\"restrictedAccessGroupId\": \"" + OTHER_TENANT + "\"}").expect(200);
        change("{\"restrictedAccessGroupId\": null}").expect(200);
        app.consent(Registration.BASE).expect(200);

        assertThat(change("{\"restrictedAccessGroupId\": \"" + OTHER_TENANT + "\", \"readOnlyAccessGroupId\": \""
                                + AUDIT + "\"}")
                        .expect(400)
                        .json()
                        .path("errors")
                        .findValuesAsText("field"))
                .containsExactly("restrictedAccessGroupId", "readOnlyAccessGroupId");
        TestApp.Answer view =
                change("{\"restrictedAccessGroupId\": \"" + OPS + "\"}").expect(200);
        assertThat(view.text("/accessGroups/restricted/state")).isEqualTo("found");
        assertThat(view.text("/accessGroups/restricted/displayName")).isEqualTo("Operations");
        assertThat(view.text("/accessGroups/full/state")).isEqualTo("found");
    }

    @Test
    void aDirectoryThatDoesNotAnswerChangesNothing() {
        app.onboard();
        app.consent(Registration.BASE).expect(200);
        app.directory.failGroups(new UpstreamException(Service.GRAPH, Kind.UNAVAILABLE, "down"));
        assertThat(change("{\"fullAccessGroupId\": \"" + OPS + "\"}")
                        .expect(503)
                        .code())
                .isEqualTo("directory.unavailable");
        assertThat(app.get("/api/v1/tenant").text("/fullAccessGroupId")).isEqualTo(FULL_GROUP);

        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"base\"}").expect(200);
        assertThat(app.get("/api/v1/tenant").text("/accessGroups/full/state")).isEqualTo("found");
    }

    @Test
    void aConsentThatWasTakenBackLeavesTheGroupUnknown() {
        app.onboard();
        app.consent(Registration.BASE).expect(200);
        app.directory.failGroups(new UpstreamException(Service.LOGIN, Kind.CONSENT_MISSING, "gone"));
        assertThat(change("{\"fullAccessGroupId\": \"" + OPS + "\"}")
                        .expect(200)
                        .text("/accessGroups/full/state"))
                .isEqualTo("unknown");
    }

    @Test
    void anEnterpriseIsTiedToOneTenant() {
        app.onboard();
        TestApp.Answer answer = create(OTHER_TENANT, ", \"enterpriseGuid\": \"" + TestApp.ENTERPRISE + "\"")
                .expect(409);
        assertThat(answer.code()).isEqualTo("tenant.enterprise-taken");
        assertThat(answer.text("/errors/0/field")).isEqualTo("enterpriseGuid");
        assertThat(answer.text("/errors/0/message")).contains(TENANT);
        app.operator("GET", "/" + OTHER_TENANT, "").expect(404);
        create(OTHER_TENANT, "").expect(201);
    }

    @Test
    void anEnterpriseWhoseCreationCameToNothingIsFreeAgainAfterAWhile() {
        app.faults.dieAt(5, true); // looked, claimed; then the invitation
        try {
            app.onboard();
        } catch (dev.mtdconnector.testing.Faults.Death e) {
            app.restart();
        }
        app.faults.never();
        app.operator("GET", "/" + TENANT, "").expect(404);
        String more = ", \"enterpriseGuid\": \"" + TestApp.ENTERPRISE + "\"";
        assertThat(create(OTHER_TENANT, more).expect(409).text("/errors/0/message"))
                .contains("at this moment");
        app.clock.advance(Duration.ofMinutes(16));
        create(OTHER_TENANT, more).expect(201);
        assertThat(app.onboard().expect(409).code()).isEqualTo("tenant.enterprise-taken");
    }

    @Test
    void ofTwoCreationsAtOnceOneWins() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            TestApp fresh = new TestApp();
            List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (String directory : List.of(TENANT, OTHER_TENANT, TENANT)) {
                Thread thread = new Thread(() -> statuses.add(fresh.operator(
                                "POST",
                                "",
                                "{\"directoryId\": \"" + directory + "\", \"fullAccessGroupId\": \"" + FULL_GROUP
                                        + "\", \"primaryContact\": \"a@b.example\", \"enterpriseGuid\": \""
                                        + TestApp.ENTERPRISE + "\"}")
                        .status()));
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(statuses).containsExactlyInAnyOrder(201, 409, 409);
        }
    }

    @Test
    void changesAtOnceAreAllThere() throws InterruptedException {
        app.onboard();
        List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (String body : List.of(
                "{\"name\": \"Contoso Ltd\"}",
                "{\"language\": \"fr\"}",
                "{\"restrictedAccessGroupId\": \"" + OPS + "\"}",
                "{\"primaryContact\": \"new@contoso.example\"}")) {
            Thread thread = new Thread(() -> statuses.add(change(body).status()));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).containsExactly(200, 200, 200, 200);
        TestApp.Answer view = app.operator("GET", "/" + TENANT, "");
        assertThat(List.of(
                        view.text("/name"),
                        view.text("/language"),
                        view.text("/restrictedAccessGroupId"),
                        view.text("/primaryContact")))
                .containsExactly("Contoso Ltd", "fr", OPS, "new@contoso.example");
    }
}
