package dev.mtdconnector.notify;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reports of errors, in the product as it is wired. */
class ErrorReportJobTest {

    private static final String RECIPIENT = "it@contoso.example";
    private static final String PRIMARY = "ines.duarte@contoso.example";

    private final TestApp app = new TestApp().ready();

    private List<Mail> reports() {
        return app.mailer.mails().stream()
                .filter(mail -> mail.text().contains("Correlation id")
                        || mail.subject().contains("recovered")
                        || mail.text().contains("상관"))
                .toList();
    }

    private void intuneFails() {
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "internal words"));
    }

    private void intuneWorks() {
        app.intune.failWith(null);
    }

    private void sendErrorsTo(String address) {
        app.put("/api/v1/connector/error-management", "{\"email\": \"" + address + "\"}")
                .expect(200);
    }

    private static UpstreamException mailFails(UpstreamException.Kind kind) {
        return new UpstreamException(UpstreamException.Service.MAIL, kind, "no");
    }

    @Test
    void anOutageIsToldOnceInADigestAndWhenItIsOver() {
        sendErrorsTo(RECIPIENT);
        intuneFails();
        app.pass(Duration.ofMinutes(15));

        assertThat(reports()).singleElement().satisfies(mail -> {
            assertThat(mail.to()).isEqualTo(RECIPIENT);
            assertThat(mail.subject()).isEqualTo("MTD connector of Contoso: Intune does not answer at the moment");
            assertThat(mail.text())
                    .contains(TENANT, ErrorCode.INTUNE_UNAVAILABLE.remedy(), "intune.unavailable (heartbeat)")
                    .contains("Microsoft Intune may take the connector for unresponsive.")
                    .contains("Since: 2026-11-21 09:")
                    .doesNotContain("internal words", "{", "\\u");
        });
        TestApp.Answer answer = app.get("/api/v1/errors?state=open").expect(200);
        String correlationId = answer.text("/errors/0/correlationId");
        assertThat(correlationId).hasSize(32);
        assertThat(answer.json().at("/counts/open").asInt()).isEqualTo(1);
        app.pass(Duration.ofMinutes(5));
        answer = app.get("/api/v1/errors?state=open").expect(200);
        assertThat(answer.text("/errors/0/reported/to")).isEqualTo(RECIPIENT);
        assertThat(Instant.parse(answer.text("/errors/0/reported/at"))).isAfter(START);

        app.pass(Duration.ofMinutes(55));
        assertThat(reports()).hasSize(2);
        assertThat(reports().get(1).subject()).as("a cause of its own").contains("No heartbeat was acknowledged");

        app.pass(Duration.ofMinutes(65));
        assertThat(reports()).hasSize(3);
        assertThat(reports().get(2).subject()).contains("still: ");
        assertThat(reports().get(2).text()).contains("intune.unavailable", "heartbeat.silent");

        intuneWorks();
        app.pass(Duration.ofMinutes(40));
        assertThat(reports()).hasSize(4);
        assertThat(reports().get(3).subject()).contains("recovered: ");
        assertThat(app.get("/api/v1/errors?state=open").json().at("/errors").size())
                .isZero();
        assertThat(app.get("/api/v1/errors?state=recovered").text("/errors/0/reported/recoveryAt"))
                .isNotEmpty();
        app.pass(Duration.ofHours(3));
        assertThat(reports()).hasSize(4);
    }

    @Test
    void withoutARecipientThePrimaryContactIsToldInTheTenantsLanguage() {
        app.operator("PATCH", "/" + TENANT, "{\"language\": \"ko\"}").expect(200);
        intuneFails();
        app.pass(Duration.ofMinutes(15));
        assertThat(reports()).singleElement().satisfies(mail -> {
            assertThat(mail.to()).isEqualTo(PRIMARY);
            assertThat(mail.subject()).isEqualTo("Contoso의 MTD 커넥터: 지금 Intune이 응답하지 않습니다");
        });
    }

    @Test
    void whileMailFailsOneReportWaitsAndTheNextSaysTheRest() {
        sendErrorsTo(RECIPIENT);
        app.mailer.refuse(RECIPIENT, mailFails(UpstreamException.Kind.UNAVAILABLE));
        intuneFails();
        app.pass(Duration.ofHours(3));
        assertThat(app.get("/api/v1/errors?state=open").http().body()).contains("mail.unavailable");
        intuneWorks();
        app.pass(Duration.ofHours(3));
        assertThat(reports()).isEmpty();

        app.mailer.accept(RECIPIENT);
        app.pass(Duration.ofHours(1));
        assertThat(reports()).hasSizeBetween(2, 3);
        assertThat(reports().get(0).subject()).contains("Contoso: Intune does not answer");
        assertThat(reports().stream().map(Mail::text).reduce("", String::concat))
                .contains("RECOVERED", "The mail service does not answer");
        app.pass(Duration.ofHours(3));
        assertThat(reports()).hasSizeBetween(2, 3);
    }

    @Test
    void aRecipientWhoseAddressIsRefusedLeavesItToThePrimaryContact() {
        sendErrorsTo(RECIPIENT);
        app.mailer.refuse(RECIPIENT, mailFails(UpstreamException.Kind.REFUSED));
        intuneFails();
        app.pass(Duration.ofMinutes(20));
        assertThat(reports()).isNotEmpty().allMatch(mail -> mail.to().equals(PRIMARY));
        assertThat(reports().get(0).subject()).contains("Intune does not answer");
        assertThat(reports().get(0).text()).contains("The mail service refused the mail");
    }

    @Test
    void aSuspendedTenantIsToldNothingUntilItIsServedAgain() {
        intuneFails();
        app.operator("POST", "/" + TENANT + "/suspend", "{\"reason\": \"test\"}")
                .expect(200);
        app.pass(Duration.ofHours(2));
        assertThat(reports()).isEmpty();
        app.operator("POST", "/" + TENANT + "/resume", "").expect(200);
        app.pass(Duration.ofMinutes(15));
        assertThat(reports()).hasSize(1);
    }

    @Test
    void aTransientFailureOfWhichARunRecoversLeavesNoRecord() {
        app.pass(Duration.ofHours(1));
        assertThat(app.get("/api/v1/errors").json().at("/errors").size()).isZero();
    }

    @Test
    void aReportIsSentOnceWhereverTheProcessEnds() {
        int calls = 0;
        for (int call = 1; call <= 400; call++) {
            for (boolean afterEffect : new boolean[] {false, true}) {
                TestApp crashing = new TestApp().ready();
                crashing.intune.failWith(new UpstreamException(
                        UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "x"));
                crashing.clock.advance(Duration.ofMinutes(10).plusSeconds(10));
                crashing.faults.dieAt(call, afterEffect);
                try {
                    crashing.app().tick();
                    for (JobKind kind : List.of(JobKind.HEARTBEAT, JobKind.ERROR_REPORT, JobKind.MAIL)) {
                        crashing.app().run(kind, TENANT);
                    }
                } catch (Faults.Death e) {
                    calls = Math.max(calls, call);
                }
                boolean isOver = crashing.faults.calls() < call;
                crashing.faults.never();
                crashing.restart();
                crashing.pass(Duration.ofMinutes(6));
                assertThat(crashing.mailer.mails().stream()
                                .filter(mail -> mail.subject().contains("Intune does not answer"))
                                .map(Mail::messageId)
                                .distinct())
                        .as("died at call %d, after its effect: %s", call, afterEffect)
                        .hasSize(1);
                assertThat(crashing.mailer.mails().stream()
                                .filter(mail -> mail.subject().contains("MTD connector of"))
                                .map(Mail::messageId)
                                .distinct())
                        .hasSize(1);
                if (isOver) {
                    assertThat(calls).as("calls").isGreaterThan(30);
                    return;
                }
            }
        }
        throw new AssertionError("It never came to its end");
    }
}
