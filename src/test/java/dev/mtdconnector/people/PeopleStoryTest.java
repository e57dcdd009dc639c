package dev.mtdconnector.people;

import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail to administrators in the whole product, from the sign-in to the end of the mails. */
class PeopleStoryTest {

    private static final String ADDRESS = "ines.duarte@contoso.example";
    private static final String PREFERENCES = "/api/v1/me/preferences";
    private static final Duration WINDOW = Duration.ofMinutes(6);

    private final TestApp app = new TestApp().ready();
    private final TestBrowser ines = app.signIn(INES);
    private int events;

    @BeforeEach
    void theFirstLookIsOver() {
        app.activate(PHONE);
        app.feed(deviceEvent(id(), app.clock.instant(), VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        app.pass(WINDOW);
        assertThat(mails()).isEmpty();
    }

    private String id() {
        return "e-" + ++events;
    }

    private static String guid(int number) {
        return "00000000-0000-4000-8000-%012d".formatted(number);
    }

    private void threat(int number, String status, String classification) {
        app.feed(threatEvent(id(), app.clock.instant(), VENDOR_GUID, guid(number), status, classification))
                .expect(200);
        app.drain();
    }

    private List<Mail> mails() {
        return app.mailer.mails().stream()
                .filter(mail -> mail.to().equals(ADDRESS) && mail.unsubscribe() != null)
                .toList();
    }

    private Answer prefer(boolean high, boolean low, boolean daily, String rest) {
        return ines.script("PUT", PREFERENCES, """
                {"threats": {"high": %s, "medium": true, "low": %s},
                 "summaries": {"daily": %s, "weekly": false, "monthly": false, "quarterly": false}%s}
                """.formatted(high, low, daily, rest));
    }

    @Test
    void theDefaultsAreThoseOfTheVendorsConsole() {
        Answer own = ines.get(PREFERENCES).expect(200);

        assertThat(own.json().toString())
                .isEqualTo("{\"address\":\"" + ADDRESS + "\",\"threats\":{\"high\":true,\"medium\":true,\"low\":true},"
                        + "\"summaries\":{\"daily\":false,\"weekly\":true,\"monthly\":false,\"quarterly\":false},"
                        + "\"language\":null}");
    }

    @Test
    void badPreferencesAreRefusedByFieldAndNothingIsWritten() {
        String before = ines.get(PREFERENCES).json().toString();

        Answer refused = ines.script(
                "PUT",
                PREFERENCES,
                "{\"threats\": {\"high\": \"yes\", \"medium\": true, \"severe\": true}, \"language\": \"tlh\","
                        + " \"address\": \"a@b.example\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.http().body())
                .contains("threats.high", "threats.low", "threats.severe", "summaries", "language", "address");
        assertThat(ines.get(PREFERENCES).json().toString()).isEqualTo(before);
        assertThat(app.get(PREFERENCES).status()).isEqualTo(403);
    }

    @Test
    void threatsOfOneWindowComeAsOneMailAndAreToldOnce() {
        threat(1, "OPEN", "ADWARE");
        threat(2, "OPEN", "TROJAN");
        app.pass(WINDOW);

        assertThat(mails()).hasSize(1);
        Mail mail = mails().get(0);
        assertThat(mail.text())
                .contains("TROJAN", "ADWARE", "https://connector.example/api/v1/devices/" + PHONE + "/trace")
                .contains("Microsoft Intune is told the threat level");
        assertThat(mail.html()).contains("TROJAN").doesNotContain("<img", "src=");
        assertThat(mail.subject()).doesNotContain("\n");

        app.pass(Duration.ofMinutes(30));
        assertThat(mails()).hasSize(1);
    }

    @Test
    void whatWasResolvedBeforeTheWindowEndsIsNotTold() {
        threat(1, "OPEN", "TROJAN");
        threat(1, "RESOLVED", "TROJAN");
        app.pass(WINDOW);

        assertThat(mails()).isEmpty();
    }

    @Test
    void aRecordedMailThatWaitsIsDroppedWhenItsTopicIsTurnedOffOrItsThreatIsResolved() {
        app.mailer.refuse(
                ADDRESS,
                new UpstreamException(UpstreamException.Service.MAIL, UpstreamException.Kind.UNAVAILABLE, "down"));
        threat(1, "OPEN", "TROJAN");
        app.pass(WINDOW);
        threat(2, "OPEN", "TROJAN");
        app.pass(WINDOW);
        threat(1, "RESOLVED", "TROJAN");
        app.mailer.accept(ADDRESS);
        prefer(false, false, false, "").expect(200);
        app.pass(Duration.ofHours(2));
        assertThat(mails()).isEmpty();
    }

    @Test
    void aChangedPolicyIsToldAsARerating() {
        threat(1, "OPEN", "ADWARE");
        app.pass(WINDOW);
        assertThat(mails()).hasSize(1);
        String before = mails().get(0).text();

        app.put("/api/v1/policy", "{\"expectedVersion\": 0, \"levels\": {\"ADWARE\": \"high\"}}")
                .expect(200);
        app.pass(WINDOW);

        assertThat(before).doesNotContain("(was ");
        assertThat(mails()).hasSize(2);
        assertThat(mails().get(1).text()).contains("High (was ");

        app.put("/api/v1/policy", "{\"expectedVersion\": 1, \"levels\": {\"ADWARE\": \"none\"}}")
                .expect(200);
        threat(2, "OPEN", "ADWARE");
        app.pass(WINDOW);
        assertThat(mails()).hasSize(2);
    }

    @Test
    void aStormIsFoldedAndNothingOfItIsLost() {
        int threats = 0;
        for (int minute = 0; minute < 60; minute += 6) {
            threat(++threats, "OPEN", "TROJAN");
            app.pass(WINDOW);
        }
        assertThat(mails()).hasSize(ThreatWindows.MOST_AN_HOUR);

        app.pass(Duration.ofMinutes(30));

        assertThat(mails().stream()
                        .mapToInt(mail -> mail.text().split("Device: ", -1).length - 1)
                        .sum())
                .isEqualTo(threats);
    }

    @Test
    void usersAreHiddenWhereTheTenantWantsIt() {
        app.put("/api/v1/connector/privacy", "{\"usersAreHidden\": true}").expect(200);
        threat(1, "OPEN", "TROJAN");
        app.pass(WINDOW);

        assertThat(mails().get(0).text())
                .contains("hidden by your organization")
                .doesNotContain("lena");
        assertThat(app.put("/api/v1/connector/privacy", "{}").status()).isEqualTo(400);
    }

    @Test
    void aLinkEndsItsKindOfMailsAndLookingAtItEndsNothing() {
        threat(1, "OPEN", "TROJAN");
        app.pass(WINDOW);
        String link = URI.create(Objects.requireNonNull(mails().get(0).unsubscribe()))
                .toString()
                .substring("https://connector.example".length());

        Answer page = app.send("GET", link, null, "").expect(200);
        assertThat(page.http().body()).contains("<form method=\"post\"").doesNotContain(ADDRESS);
        assertThat(ines.get(PREFERENCES).http().body()).contains("\"high\":true");

        Answer done = app.send("POST", link, null, "List-Unsubscribe=One-Click").expect(200);
        Answer forged = app.send("POST", link.substring(0, link.length() - 3) + "AAA", null, "")
                .expect(200);
        assertThat(forged.http().body()).isEqualTo(done.http().body());
        assertThat(ines.get(PREFERENCES).http().body()).contains("\"high\":false", "\"low\":false", "\"weekly\":true");

        threat(2, "OPEN", "TROJAN");
        app.pass(WINDOW);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void aForgedLinkEndsNothing() {
        threat(1, "OPEN", "TROJAN");
        app.pass(WINDOW);
        String link =
                Objects.requireNonNull(mails().get(0).unsubscribe()).substring("https://connector.example".length());

        app.send("POST", link.replace(".threats.", ".weekly."), null, "").expect(200);

        assertThat(ines.get(PREFERENCES).http().body()).contains("\"weekly\":true");
    }

    @Test
    void whoIsInNoAccessGroupAnyMoreGetsNothing() {
        app.entra.removeMember(TestApp.FULL_GROUP, INES);
        app.pass(Duration.ofHours(1));
        threat(1, "OPEN", "TROJAN");
        app.pass(WINDOW);

        assertThat(mails()).isEmpty();
    }

    @Test
    void summariesAreDueByTheTenantsClockAndMissedOnesComeOnce() {
        app.put("/api/v1/connector/time-zone", "{\"timeZone\": \"Europe/Amsterdam\"}")
                .expect(200);
        assertThat(app.put("/api/v1/connector/time-zone", "{\"timeZone\": \"+02:00\"}")
                        .http()
                        .body())
                .contains("timeZone");
        prefer(true, true, true, ", \"language\": \"nl\"").expect(200);
        app.clock.advance(Duration.ofDays(7));
        app.pass(Duration.ofMinutes(20));

        assertThat(mails()).hasSize(1);
        assertThat(mails().get(0).subject()).startsWith("Dagoverzicht");
        assertThat(mails().get(0).text()).contains("Ingeschreven: 1", "Europe/Amsterdam");

        threat(1, "OPEN", "TROJAN");
        app.clock.advance(Duration.ofDays(1));
        app.pass(Duration.ofMinutes(20));
        assertThat(mails().stream().filter(mail -> mail.subject().startsWith("Dagoverzicht")))
                .hasSize(2)
                .last()
                .satisfies(mail -> assertThat(mail.text()).contains("Hoog: 1 (+1)"));
    }
}
