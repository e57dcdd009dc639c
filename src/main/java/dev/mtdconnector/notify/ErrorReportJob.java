package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.ErrorAudience.Audience;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.notify.ErrorReport.Decision;
import dev.mtdconnector.notify.ErrorReport.Memory;
import dev.mtdconnector.notify.ErrorReport.Report;
import dev.mtdconnector.notify.ErrorReportStore.OnItsWay;
import dev.mtdconnector.notify.ErrorReportStore.Reported;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells people of a tenant's errors.
 *
 * <p>A report is stored, with what was reported once it is sent, before it is handed to the outbox under its number; so a
 * run that is cut off anywhere is made good by the next one, and the same mail. No further report is decided on before the
 * one on its way was sent or given up: however long mail is down, one report waits, and the next one says the rest.
 */
public final class ErrorReportJob implements TenantJob {

    /** After so long a mail that nobody knows of any more was sent or given up. */
    private static final Duration FORGOTTEN = MailOutbox.Pending.PATIENCE.plusDays(1);

    /** An address that was refused gets no report for so long. */
    static final Duration REFUSED_FOR = Duration.ofDays(1);

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Duration SETTLING_LOOK = Duration.ofMinutes(10);
    private static final int MOST_RECORDS = 1000;

    /** Their own mails say more of them, at once. */
    private static final Set<String> CONSENTS =
            Set.of(ErrorCode.DIRECTORY_CONSENT_MISSING.code(), ErrorCode.INTUNE_CONSENT_MISSING.code());

    private final ErrorRecords records;
    private final ErrorReportStore store;
    private final MailOutbox outbox;
    private final ErrorAudience audiences;
    private final Map<String, Predicate<String>> settled;
    private final int cap;
    private final String publicUrl;
    private final Clock clock;

    /**
     * @param settled for subjects of which nobody says that all is well again: whether it is, for a tenant
     * @param cap how many reports a tenant gets within an hour at most
     */
    public ErrorReportJob(
            ErrorRecords records,
            ErrorReportStore store,
            MailOutbox outbox,
            ErrorAudience audiences,
            Map<String, Predicate<String>> settled,
            int cap,
            String publicUrl,
            Clock clock) {
        this.records = records;
        this.store = store;
        this.outbox = outbox;
        this.audiences = audiences;
        this.settled = Map.copyOf(settled);
        this.cap = cap;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Audience> audience = audiences.of(tenantId);
        if (audience.isEmpty()) {
            return Outcome.finished();
        }
        Reported reported = store.find(tenantId).orElse(Reported.NONE);
        OnItsWay onItsWay = reported.onItsWay();
        if (onItsWay != null) {
            Optional<Reported> landed = landed(tenantId, reported, onItsWay);
            if (landed.isEmpty()) {
                return Outcome.finishedUntil(nextLook(onItsWay.at()));
            }
            Optional<Reported> stored = store.replace(tenantId, landed.get());
            if (stored.isEmpty()) {
                return Outcome.again(Duration.ZERO);
            }
            reported = stored.get();
            context.checkpoint();
        }
        return report(tenantId, audience.get(), reported);
    }

    private Outcome report(String tenantId, Audience audience, Reported reported) {
        Instant now = clock.instant();
        String to = audience.addresses().stream()
                .filter(address -> !isRefused(reported, address, now))
                .findFirst()
                .orElse(null);
        if (to == null) {
            return Outcome.finishedUntil(now.plus(REFUSED_FOR));
        }
        Instant quiet = earlier(records.closeQuiet(tenantId), settle(tenantId, now));
        Decision decision = ErrorReport.decide(
                records.list(tenantId, MOST_RECORDS),
                reported.memory(),
                to,
                code -> isToldElsewhere(code, audience, to),
                cap,
                now);
        Report report = decision.report();
        if (report == null) {
            Instant next = earlier(decision.nextAt(), quiet);
            return next == null ? Outcome.finished() : Outcome.finishedUntil(next);
        }
        long number = reported.number() + 1;
        MailOutbox.Draft draft =
                new ErrorReportText(audience, tenantId, publicUrl, cap).draft("error-report-" + number, to, report);
        Reported next = new Reported(
                number,
                reported.memory(),
                new OnItsWay(draft, now, report.after()),
                reported.refused(),
                reported.version());
        if (store.replace(tenantId, next).isEmpty()) {
            return Outcome.again(Duration.ZERO);
        }
        outbox.record(tenantId, draft);
        outbox.sendSoon(tenantId);
        return Outcome.finishedUntil(now.plus(SOON));
    }

    /** Closes what is settled; answers when to look again at what is not. */
    private @Nullable Instant settle(String tenantId, Instant now) {
        boolean isAnyLeft = false;
        for (ErrorRecord open : records.list(tenantId, MOST_RECORDS)) {
            Predicate<String> isSettled = settled.get(open.job());
            if (isSettled != null && open.isOpen()) {
                if (isSettled.test(tenantId)) {
                    records.recovered(tenantId, open.job());
                } else {
                    isAnyLeft = true;
                }
            }
        }
        return isAnyLeft ? now.plus(SETTLING_LOOK) : null;
    }

    /** What is known once the report was sent or given up; empty while it waits. */
    private Optional<Reported> landed(String tenantId, Reported reported, OnItsWay onItsWay) {
        MailOutbox.Draft draft = onItsWay.draft();
        Optional<MailOutbox.Fate> fate = outbox.fate(tenantId, draft.id());
        if (fate.isEmpty() && onItsWay.at().plus(FORGOTTEN).isAfter(clock.instant())) {
            // The run that decided on it ended before it could say so to the outbox.
            outbox.record(tenantId, draft);
            outbox.sendSoon(tenantId);
            return Optional.empty();
        }
        Instant finishedAt = fate.isEmpty() ? onItsWay.at() : fate.get().finishedAt();
        if (finishedAt == null) {
            return Optional.empty();
        }
        String givenUp = fate.map(MailOutbox.Fate::givenUpBecause).orElse(null);
        Map<String, Instant> refused = new HashMap<>(reported.refused());
        refused.values().removeIf(at -> !at.plus(REFUSED_FOR).isAfter(clock.instant()));
        if (UpstreamException.Kind.REFUSED.name().equals(givenUp)) {
            refused.put(draft.to(), finishedAt);
        }
        // What was given up nobody has read; what it said is news still.
        Memory memory = givenUp == null ? onItsWay.after() : reported.memory();
        return Optional.of(
                new Reported(reported.number(), memory.sentAt(finishedAt, cap), null, refused, reported.version()));
    }

    private static boolean isRefused(Reported reported, String address, Instant now) {
        Instant at = reported.refused().get(address);
        return at != null && at.plus(REFUSED_FOR).isAfter(now);
    }

    private static boolean isToldElsewhere(String code, Audience audience, String to) {
        boolean isPrimary = !audience.hasRecipient()
                || to.equals(audience.addresses().get(audience.addresses().size() - 1));
        return (CONSENTS.contains(code) && isPrimary)
                || code.equals(ErrorCode.ENROLLMENT_REMOVALS_HELD.code())
                || (code.equals(ErrorCode.PUBLISHING_HELD.code()) && audience.hasRecipient());
    }

    /** Seldom when it takes long: the end of the trouble with mail brings us here at once. */
    private Instant nextLook(Instant since) {
        Instant now = clock.instant();
        Duration wait = Duration.between(since, now).dividedBy(4);
        if (wait.compareTo(SOON) < 0) {
            wait = SOON;
        }
        return now.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isBefore(a)) ? b : a;
    }
}
