package dev.mtdconnector.feed;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedStore.Note;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what people must know of a feed: in its history, in the error records, by mail. Every method is idempotent. */
public final class FeedNotices {

    /** Subjects of error records that are no job's. */
    static final String GAP = "risk-feed-gap";

    static final String SILENCE = "risk-feed-silence";
    static final String KEY = "risk-feed-key";
    static final String EVENT = "risk-feed-event";

    private final FeedStore store;
    private final ErrorRecords errors;
    private final MailOutbox mails;
    private final Clock clock;

    public FeedNotices(FeedStore store, ErrorRecords errors, MailOutbox mails, Clock clock) {
        this.store = store;
        this.errors = errors;
        this.mails = mails;
        this.clock = clock;
    }

    void missed(String tenantId, Instant now, String why) {
        store.note(tenantId, new Note(now, "gap", why));
        errors.failed(tenantId, GAP, new Outcome.Failed(ErrorCode.FEED_GAP, why, null));
    }

    /** The intake failed at an event, and it was kept and passed. */
    void eventFailed(String tenantId, String why) {
        note(tenantId, "event-failed", why);
        errors.happened(tenantId, EVENT, new Outcome.Failed(ErrorCode.FEED_EVENT_FAILED, why, null), 1);
    }

    void listsRead(String tenantId, Reading reading) {
        store.note(
                tenantId,
                new Note(clock.instant(), "lists-read", reading.reason().label() + ", as of " + reading.asOf()));
        errors.recovered(tenantId, GAP);
    }

    void silence(String tenantId, Instant now, @Nullable Instant since) {
        if (since == null) {
            store.note(tenantId, new Note(now, "heard-again", ""));
            errors.recovered(tenantId, SILENCE);
            return;
        }
        store.note(tenantId, new Note(now, "silent", "No event since " + since));
        errors.failed(tenantId, SILENCE, new Outcome.Failed(ErrorCode.FEED_SILENT, "No event since " + since, null));
    }

    void keyExpires(Tenant tenant, FeedConnection connection, int days) {
        errors.failed(
                tenant.tenantId(),
                KEY,
                new Outcome.Failed(
                        ErrorCode.FEED_KEY_EXPIRING, "The key expires at " + connection.keyExpiresAt(), null));
        mails.record(tenant.tenantId(), FeedMails.about(tenant, connection, days));
        mails.sendSoon(tenant.tenantId());
    }

    /** A new key was saved. */
    void keyReplaced(String tenantId) {
        errors.recovered(tenantId, KEY);
    }

    /** Nothing of a feed that is gone is trouble any more. */
    void disconnected(String tenantId) {
        errors.recovered(tenantId, JobKind.RISK_FEED);
        errors.recovered(tenantId, KEY);
        errors.recovered(tenantId, GAP);
        errors.recovered(tenantId, SILENCE);
        errors.recovered(tenantId, EVENT);
    }

    void note(String tenantId, String what, String detail) {
        store.note(tenantId, new Note(clock.instant(), what, detail));
    }
}
