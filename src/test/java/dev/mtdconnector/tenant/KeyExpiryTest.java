package dev.mtdconnector.tenant;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.notify.Mailer.Mail;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyExpiryTest {

    private static final String KEYS = "/api/v1/keys";

    private final TestApp app = onboarded();

    private static TestApp onboarded() {
        TestApp app = new TestApp();
        app.onboard().expect(201);
        app.drain();
        return app;
    }

    private static String issue(TestApp app, String name, int days) {
        String id = app.post(
                        KEYS,
                        "{\"kind\": \"api\", \"role\": \"full\", \"name\": \"%s\", \"expiresInDays\": %d}"
                                .formatted(name, days))
                .expect(201)
                .text("/id");
        app.drain();
        return id;
    }

    /** One tick a day, with what comes of it. */
    private void days(int days) {
        for (int day = 0; day < days; day++) {
            app.clock.advance(Duration.ofDays(1));
            app.app().tick();
            app.drain();
        }
    }

    private static List<Mail> mailsAbout(TestApp app, String text) {
        return app.mailer.mails().stream()
                .filter(mail -> mail.text().contains(text))
                .toList();
    }

    private Instant due() {
        return new JobTable(app.tables)
                .find(TENANT, JobKind.KEY_EXPIRY)
                .orElseThrow()
                .dueAt();
    }

    @Test
    void theContactIsWarnedThreeTimesAndToldInTheEnd() {
        issue(app, "Nightly export", 90);
        List<Integer> seen = new ArrayList<>();
        List<Mail> mails = List.of();
        for (int day = 1; day <= 125; day++) {
            days(1);
            mails = mailsAbout(app, "Nightly export");
            while (seen.size() < mails.size()) {
                seen.add(day);
            }
        }
        assertThat(seen).containsExactly(60, 83, 89, 90);
        assertThat(mails).extracting(Mail::messageId).doesNotHaveDuplicates();
        assertThat(mails).extracting(Mail::to).containsOnly("ines.duarte@contoso.example");
        assertThat(mails.get(0).subject())
                .isEqualTo("MTD connector: API key “Nightly export” expires on 2027-02-19 09:00 UTC");
        assertThat(mails.get(0).text())
                .startsWith("The API key “Nightly export” of Contoso expires on 2027-02-19 09:00 UTC. From")
                .doesNotContain("mtdk.");
        assertThat(mails.get(3).subject()).isEqualTo("MTD connector: API key “Nightly export” has expired");
        assertThat(app.mailer.mails()).as("and the invitation").hasSize(5);
    }

    @Test
    void aKeyThatExpiredIsShownForAMonthMore() {
        String id = issue(app, "Short", 1);
        days(30);
        assertThat(app.get(KEYS).http().body()).contains(id);
        days(1);
        assertThat(app.get(KEYS).http().body()).doesNotContain(id);
        assertThat(app.tables.dump().toString()).doesNotContain("key|api|" + id);
    }

    @Test
    void aKeyThatWasRevokedIsNotWrittenAbout() {
        String early = issue(app, "Revoked early", 40);
        String late = issue(app, "Revoked late", 40);
        app.delete(KEYS + "/" + early).expect(204);
        days(15);
        app.delete(KEYS + "/" + late).expect(204);
        days(60);
        assertThat(mailsAbout(app, "Revoked early")).isEmpty();
        assertThat(mailsAbout(app, "Revoked late")).hasSize(1);
    }

    @Test
    void nobodyLooksUntilThereIsSomethingToDo() {
        app.pass(Duration.ofMinutes(3));
        assertThat(due()).as("a month before the first keys expire").isEqualTo(START.plus(Duration.ofDays(335)));
        issue(app, "A", 90);
        app.pass(Duration.ofMinutes(3));
        assertThat(due()).isEqualTo(START.plus(Duration.ofMinutes(3)).plus(Duration.ofDays(60)));
        issue(app, "B", 20);
        app.pass(Duration.ofMinutes(3));
        assertThat(due()).isEqualTo(START.plus(Duration.ofMinutes(6)).plus(Duration.ofDays(13)));
        app.faults.dieAt(Integer.MAX_VALUE, false);
        days(12);
        assertThat(app.faults.calls())
                .as("twelve looks at an empty index, each with five calls for the drivers' rows")
                .isEqualTo(72);
    }

    @Test
    void aWarningThatWasOvertakenWhileNothingRanIsLeftOut() {
        issue(app, "Forgotten", 90);
        app.clock.advance(Duration.ofDays(84));
        app.app().tick();
        app.drain();
        assertThat(mailsAbout(app, "Forgotten")).hasSize(1);
        app.clock.advance(Duration.ofDays(10));
        app.app().tick();
        app.drain();
        assertThat(mailsAbout(app, "Forgotten"))
                .hasSize(2)
                .last()
                .satisfies(mail -> assertThat(mail.subject()).endsWith("has expired"));
    }

    @Test
    void aKeyThatLivesShortIsNotWarnedOfAtItsBirth() {
        issue(app, "A day", 1);
        issue(app, "A week", 7);
        issue(app, "A month", 30);
        days(40);
        assertThat(mailsAbout(app, "“A day”")).hasSize(1);
        assertThat(mailsAbout(app, "“A week”")).hasSize(2);
        assertThat(mailsAbout(app, "“A month”")).hasSize(3);
    }

    @Test
    void anotherKeysTurnRepeatsNoMail() {
        issue(app, "One", 31);
        for (int i = 0; i < 5; i++) {
            days(2);
            issue(app, "Other", 10 + i);
        }
        assertThat(mailsAbout(app, "“One”")).hasSize(1);
    }

    @Test
    void aProcessThatEndsAnywhereStillWarnsOfEachKeyOnce() {
        for (boolean after : new boolean[] {false, true}) {
            boolean died = true;
            for (int call = 1; died; call++) {
                TestApp crashing = onboarded();
                issue(crashing, "First", 8);
                issue(crashing, "Second", 8);
                crashing.pass(Duration.ofMinutes(3));
                crashing.clock.set(START.plus(Duration.ofDays(1)));
                crashing.faults.dieAt(call, after);
                died = false;
                try {
                    crashing.app().tick();
                    crashing.drain();
                } catch (Faults.Death e) {
                    died = true;
                    crashing.restart();
                }
                assertThat(died || call > 15)
                        .as("the run makes more calls than that")
                        .isTrue();
                crashing.faults.never();
                crashing.pass(Duration.ofMinutes(6));
                for (String name : List.of("First", "Second")) {
                    List<Mail> mails = mailsAbout(crashing, "“" + name + "”");
                    assertThat(mails.stream().map(Mail::messageId).distinct())
                            .as("%s, call %d, after %s", name, call, after)
                            .hasSize(1);
                    assertThat(mails.size())
                            .as("a second one only if the first was cut off")
                            .isLessThan(3);
                }
            }
        }
    }

    @Test
    void aProcessThatEndsWhileItIssuesAKeyLeavesNoKeyWithoutWarning() {
        for (boolean after : new boolean[] {false, true}) {
            boolean died = true;
            for (int call = 1; died; call++) {
                TestApp crashing = onboarded();
                crashing.faults.dieAt(call, after);
                died = false;
                try {
                    issue(crashing, "Nightly", 8);
                } catch (Faults.Death e) {
                    died = true;
                    crashing.restart();
                }
                crashing.faults.never();
                crashing.pass(Duration.ofMinutes(6));
                boolean exists = crashing.get(KEYS).http().body().contains("Nightly");
                crashing.clock.advance(Duration.ofDays(1));
                crashing.pass(Duration.ofMinutes(6));
                assertThat(mailsAbout(crashing, "Nightly")).hasSize(exists ? 1 : 0);
            }
        }
    }
}
