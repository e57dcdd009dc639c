package dev.mtdconnector.notify;

import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.RecordingMailer;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NotifyTest {

    private final UpstreamException down =
            new UpstreamException(UpstreamException.Service.MAIL, UpstreamException.Kind.UNAVAILABLE, "no connection");
    private final UpstreamException refused =
            new UpstreamException(UpstreamException.Service.MAIL, UpstreamException.Kind.REFUSED, "550 no such user");

    private final SettableClock clock = new SettableClock(TestApp.START);
    private final MemoryTables tables = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final Schedule schedule = new Schedule(new JobTable(tables), queues, clock);
    private final MailTable store = new MailTable(tables);
    private final MailOutbox outbox = new MailOutbox(store, schedule, clock);
    private final RecordingMailer mailer = new RecordingMailer();
    private final MailJob job = new MailJob(store, mailer, clock);
    private final ErrorRecords errors = new ErrorRecords(new ErrorTable(tables), clock);

    private static MailOutbox.Draft draft(String id, String to) {
        return new MailOutbox.Draft(id, to, "Subject", "Text of " + id);
    }

    private Outcome send() {
        return job.run(TENANT, () -> {});
    }

    @Test
    void aMailIsSentOnceHoweverOftenItIsOrdered() {
        outbox.record(TENANT, draft("a", "x@y.example"));
        outbox.record(TENANT, draft("a", "x@y.example"));
        assertThat(send()).isEqualTo(Outcome.finished());
        outbox.record(TENANT, draft("a", "other@y.example"));
        send();

        assertThat(mailer.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.to()).isEqualTo("x@y.example");
            assertThat(mail.text()).isEqualTo("Text of a");
        });
        assertThat(schedule.find(TENANT, JobKind.MAIL)).isPresent();
    }

    @Test
    void theSameIdAtTwoTenantsIsTwoMails() {
        outbox.record(TENANT, draft("a", "x@y.example"));
        outbox.record("other", draft("a", "x@y.example"));
        send();
        job.run("other", () -> {});
        assertThat(mailer.mails())
                .extracting(Mailer.Mail::messageId)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void aMailThatIsRefusedIsGivenUpAndHoldsUpNoOther() {
        mailer.refuse("bad@y.example", refused);
        outbox.record(TENANT, draft("a", "bad@y.example"));
        outbox.record(TENANT, draft("b", "good@y.example"));

        assertThat(send())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.MAIL_REFUSED));
        assertThat(mailer.mails()).extracting(Mailer.Mail::to).containsExactly("good@y.example");
        assertThat(store.pending(TENANT, 10)).isEmpty();
    }

    @Test
    void aMailThatCannotBeSentNowIsTriedForThreeDays() {
        mailer.refuse("x@y.example", down);
        outbox.record(TENANT, draft("a", "x@y.example"));
        for (int hour = 0; hour <= 72; hour++) {
            assertThat(send()).isInstanceOf(Outcome.Failed.class);
            assertThat(store.pending(TENANT, 10)).hasSize(1);
            clock.advance(Duration.ofHours(1));
        }
        send();
        assertThat(store.pending(TENANT, 10)).isEmpty();
        mailer.accept("x@y.example");
        send();
        assertThat(mailer.mails()).isEmpty();
    }

    @Test
    void aSecondSendingAfterACrashCarriesTheSameMessageId() {
        outbox.record(TENANT, draft("a", "x@y.example"));
        MailOutbox.Store crashing = new MailOutbox.Store() {
            @Override
            public void insert(String tenantId, MailOutbox.Draft mail, Instant recordedAt) {
                store.insert(tenantId, mail, recordedAt);
            }

            @Override
            public List<MailOutbox.Pending> pending(String tenantId, int limit) {
                return store.pending(tenantId, limit);
            }

            @Override
            public void finish(String tenantId, String id, Instant at, @Nullable String givenUpBecause) {
                throw new OutOfMemoryError("the process ends");
            }

            @Override
            public Optional<MailOutbox.Fate> fate(String tenantId, String id) {
                return store.fate(tenantId, id);
            }
        };
        try {
            new MailJob(crashing, mailer, clock).run(TENANT, () -> {});
        } catch (OutOfMemoryError e) {
            send();
        }
        assertThat(mailer.mails()).hasSize(2);
        assertThat(mailer.mails().get(0)).isEqualTo(mailer.mails().get(1));
    }

    @Test
    void manyMailsGoInSeveralRuns() {
        for (int i = 0; i < 120; i++) {
            outbox.record(TENANT, draft("m" + i, "x@y.example"));
        }
        assertThat(send()).isEqualTo(Outcome.again(Duration.ZERO));
        assertThat(send()).isEqualTo(Outcome.again(Duration.ZERO));
        assertThat(send()).isEqualTo(Outcome.finished());
        assertThat(mailer.mails()).hasSize(120);
    }

    @Test
    void aCauseIsOneRecordThatCountsUntilItIsOver() {
        Outcome.Failed failure = new Outcome.Failed(ErrorCode.INTUNE_UNAVAILABLE, "503, request id 7", null);
        errors.failed(TENANT, JobKind.PUBLISH, failure);
        clock.advance(Duration.ofMinutes(1));
        errors.failed(TENANT, JobKind.PUBLISH, failure);
        errors.failed(TENANT, JobKind.PUBLISH, new Outcome.Failed(ErrorCode.INTUNE_REFUSED, "400", null));
        errors.failed(TENANT, JobKind.HEARTBEAT, failure);
        errors.failed("other", JobKind.PUBLISH, failure);

        assertThat(errors.list(TENANT, 10))
                .filteredOn(record ->
                        record.job().equals("publish") && record.code().equals("intune.unavailable"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.count()).isEqualTo(2);
                    assertThat(record.firstAt()).isEqualTo(TestApp.START);
                    assertThat(record.lastAt()).isEqualTo(clock.instant());
                    assertThat(record.recoveredAt()).isNull();
                });

        clock.advance(Duration.ofMinutes(1));
        errors.recovered(TENANT, JobKind.PUBLISH);
        assertThat(errors.list(TENANT, 10))
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.recoveredAt() == null)
                        .isEqualTo(record.job().equals("heartbeat")));

        errors.failed(TENANT, JobKind.PUBLISH, failure);
        assertThat(errors.list(TENANT, 10))
                .filteredOn(record -> record.code().equals("intune.unavailable")
                        && record.job().equals("publish"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.count()).isEqualTo(1);
                    assertThat(record.firstAt()).isEqualTo(clock.instant());
                });
        assertThat(errors.list("other", 10)).hasSize(1);
    }

    @Test
    void aVeryLongMessageIsCut() {
        errors.failed(
                TENANT,
                JobKind.PUBLISH,
                new Outcome.Failed(ErrorCode.INTERNAL, "x".repeat(999) + "\ud83d\ude00".repeat(30_000), null));
        assertThat(errors.list(TENANT, 10))
                .singleElement()
                .satisfies(record -> assertThat(record.message()).hasSizeLessThanOrEqualTo(1000));
    }

    @Test
    void tenantsSeeTitleAndRemedyButNotWhatTheUpstreamSaid() {
        TestApp app = new TestApp().ready();
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.INTUNE, UpstreamException.Kind.REFUSED, "internal words"));
        app.pass(Duration.ofMinutes(11));
        TestApp.Answer answer = app.get("/api/v1/errors").expect(200);
        assertThat(answer.text("/errors/0/job")).isEqualTo("heartbeat");
        assertThat(answer.text("/errors/0/title")).isEqualTo(ErrorCode.INTUNE_REFUSED.title());
        assertThat(answer.http().body()).doesNotContain("internal words");
    }

    @Test
    void aPoisonedMessageIsSeenUntilTheJobSucceeds() {
        TestApp app = new TestApp().ready();
        app.app().poisoned(JobKind.HEARTBEAT, TENANT);
        assertThat(app.get("/api/v1/errors").text("/errors/0/code")).isEqualTo("job.poisoned");
        assertThat(app.get("/api/v1/connector").text("/heartbeat/error")).isEqualTo("job.poisoned");
        app.pass(Duration.ofMinutes(11));
        assertThat(app.get("/api/v1/errors").json().at("/errors/0/recoveredAt").isNull())
                .isFalse();
    }
}
