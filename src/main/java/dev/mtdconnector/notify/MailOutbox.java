package dev.mtdconnector.notify;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mails that are to be sent: each recorded under an id of its own before anything is sent, so that a repeated order
 * sends nothing more, and a crash at the worst moment one duplicate with the same Message-ID.
 */
public final class MailOutbox {

    private final Store store;
    private final Schedule schedule;
    private final Clock clock;

    public MailOutbox(Store store, Schedule schedule, Clock clock) {
        this.store = store;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * A mail to be recorded.
     *
     * @param id what the mail is about, unique in the tenant: the same id is the same mail
     * @param language of the text; null where nobody said it
     * @param unsubscribe where a POST ends mails of this kind to this recipient; null where they cannot be ended
     */
    public record Draft(
            String id,
            String to,
            String subject,
            String text,
            @Nullable String language,
            @Nullable String unsubscribe) {

        /** A mail that the recipient cannot end, for it belongs to the service. */
        public Draft(String id, String to, String subject, String text) {
            this(id, to, subject, text, null, null);
        }

        /** Without what is nobody's but the recipient's: links in the text may open something. */
        @Override
        public String toString() {
            return "Draft[" + id + "]";
        }
    }

    /** Records a mail, unless one of its id is recorded already. It is sent within a minute at the latest. */
    public void record(String tenantId, Draft draft) {
        schedule.ensure(tenantId, JobKind.MAIL, Schedule.SAFETY_DELAY);
        store.insert(tenantId, draft, clock.instant());
    }

    /** Has recorded mails sent now. */
    public void sendSoon(String tenantId) {
        schedule.runNow(tenantId, JobKind.MAIL);
    }

    /** Keeps recorded mails. */
    public interface Store {

        /** Stores the draft; does nothing when its id is there. */
        void insert(String tenantId, Draft draft, Instant recordedAt);

        /** Mails that were not sent yet, at most {@code limit}. */
        List<Pending> pending(String tenantId, int limit);

        /** Notes that the mail was sent, or given up with a reason; it is pending no longer. */
        void finish(String tenantId, String id, Instant at, @Nullable String givenUpBecause);
    }

    /** A mail that was recorded and not sent yet. */
    public record Pending(Draft draft, Instant recordedAt) {

        /** When sending is given up: a mail about something so old helps nobody. */
        static final Duration PATIENCE = Duration.ofDays(3);
    }
}
