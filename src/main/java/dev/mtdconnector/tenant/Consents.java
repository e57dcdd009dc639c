package dev.mtdconnector.tenant;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.tenant.Consent.Reading;
import dev.mtdconnector.tenant.ConsentStore.Attempt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads what tenants granted, keeps it, and does what follows of a change: jobs that waited go on, the contact is told
 * once, and the roles are read again from time to time.
 *
 * <p>What follows is computed from what is stored ({@link #settle}) and may be done twice: a crash between the two is
 * mended by the consent job, which is put on the schedule before the change is stored.
 */
public final class Consents {

    /** How often a consent that is complete is read again by itself. */
    static final Duration CHECK_INTERVAL = Duration.ofDays(1);

    /** The same while something is missing. */
    static final Duration TROUBLED_INTERVAL = Duration.ofMinutes(15);

    /** How long copies of a directory may differ, as far as anybody waits for it. */
    static final Duration REPLICATION = Duration.ofMinutes(5);

    /** Somebody wins each round, so nobody who keeps on loses for long; this only ends what cannot be true. */
    private static final int TRIES = 100;

    private final ConsentStore store;
    private final GrantedRoles grantedRoles;
    private final Schedule schedule;
    private final ConsentNotices notices;
    private final Listener listener;
    private final PublisherChoice publishers;
    private final Clock clock;

    public Consents(
            ConsentStore store,
            GrantedRoles grantedRoles,
            Schedule schedule,
            ConsentNotices notices,
            Listener listener,
            PublisherChoice publishers,
            Clock clock) {
        this.store = store;
        this.grantedRoles = grantedRoles;
        this.schedule = schedule;
        this.notices = notices;
        this.listener = listener;
        this.publishers = publishers;
        this.clock = clock;
    }

    /** Is told whenever a consent is read and found granted, also when it was granted before. Must not fail. */
    @FunctionalInterface
    public interface Listener {
        void granted(String tenantId, Registration registration);
    }

    /** By which registration a tenant's states are written. */
    @FunctionalInterface
    public interface PublisherChoice {
        /** The partner's before the tenant chose. */
        Registration of(String tenantId);
    }

    /** The registration by which the tenant's states are written. */
    public Registration publisher(String tenantId) {
        return publishers.of(tenantId);
    }

    /** The consent as it was last read. */
    public Consent of(String tenantId, Registration registration) {
        return store.find(tenantId, registration);
    }

    /**
     * Reads again what is granted.
     *
     * @throws UpstreamException when the directory cannot be asked; then nothing was changed
     */
    public Consent check(String tenantId, Registration registration) {
        return record(tenantId, registration, read(tenantId, registration));
    }

    /**
     * Reads again what is granted, unless it was found granted just now: the directory replicates, and a copy that is
     * behind would take back for a moment what somebody has only just given.
     *
     * @throws UpstreamException when the directory cannot be asked; then nothing was changed
     */
    void checkUnlessNew(String tenantId, Registration registration) {
        Consent consent = of(tenantId, registration);
        Instant checkedAt = consent.checkedAt();
        if (!consent.isGranted()
                || checkedAt == null
                || !checkedAt.plus(REPLICATION).isAfter(clock.instant())) {
            check(tenantId, registration);
        }
    }

    /** Has all consents of the tenant read again soon: for whoever meets a sign that one was taken back. */
    public void checkSoon(String tenantId) {
        schedule.runNow(tenantId, JobKind.CONSENT);
    }

    /** Has the consents read again and again until nothing is missing. Idempotent, and cheap when repeated. */
    void watch(String tenantId) {
        schedule.every(tenantId, JobKind.CONSENT, TROUBLED_INTERVAL);
    }

    /**
     * What the directory says now.
     *
     * @throws UpstreamException when it cannot be asked, or what stops us says nothing of this consent
     */
    Reading read(String tenantId, Registration registration) {
        // The time before the question: what was answered is no newer for certain.
        Instant at = clock.instant();
        try {
            return Reading.of(registration, grantedRoles.of(tenantId, registration), at);
        } catch (UpstreamException e) {
            // The base registration reads for all: what stops it says nothing of another registration's consent, and
            // a credential of ours that the sign-in service refuses says nothing of any.
            boolean isOwn = registration == Registration.BASE;
            boolean isGraph = e.service() == UpstreamException.Service.GRAPH;
            if (e.kind() == UpstreamException.Kind.CONSENT_MISSING && (isOwn || isGraph)) {
                return Reading.withoutPrincipal(at);
            }
            if (e.kind() == UpstreamException.Kind.FORBIDDEN && isOwn && isGraph) {
                // We may not even read what we have: the role for reading it is among what is missing.
                return Reading.of(registration, Set.of(), at);
            }
            throw e;
        }
    }

    Consent record(String tenantId, Registration registration, Reading reading) {
        Consent before = store.find(tenantId, registration);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Instant checkedAt = before.checkedAt();
            if (checkedAt != null && checkedAt.isAfter(reading.at())) {
                // Somebody asked later and was faster: what they read is what is granted.
                return before;
            }
            Consent after = before.after(reading);
            expect(tenantId, before, after);
            Optional<Consent> stored = store.replace(tenantId, after);
            if (stored.isPresent()) {
                return followed(tenantId, before, stored.get());
            }
            before = store.find(tenantId, registration);
        }
        throw tooMany(tenantId);
    }

    /**
     * The same, and uses the attempt up.
     *
     * @return empty, and nothing changed, when the attempt was used up meanwhile
     */
    Optional<Consent> record(Attempt attempt, Reading reading) {
        String tenantId = attempt.tenantId();
        Optional<Attempt> current = Optional.of(attempt);
        for (int tries = 0; tries < TRIES; tries++) {
            if (current.isEmpty() || current.get().usedAt() != null) {
                return Optional.empty();
            }
            Consent before = store.find(tenantId, attempt.registration());
            Consent after = before.after(reading);
            expect(tenantId, before, after);
            Optional<Consent> stored = store.finishAttempt(current.get(), after, clock.instant());
            if (stored.isPresent()) {
                return Optional.of(followed(tenantId, before, stored.get()));
            }
            current = store.attempt(tenantId, attempt.stateHash());
        }
        throw tooMany(tenantId);
    }

    /** Notes who signed in for a consent, unless it is not granted or somebody has already. */
    Consent confirm(Identity who, Registration registration) {
        return change(who.tenantId(), registration, consent -> {
            if (!consent.isGranted() || consent.confirmation() != null) {
                return consent;
            }
            String name = who.name().isBlank() ? who.username() : who.name();
            return consent.withConfirmation(
                    new Consent.Confirmation(who.userId(), MailTexts.oneLine(name), clock.instant()));
        });
    }

    /** Before a change is stored that something follows of: whatever happens then, it will follow. */
    private void expect(String tenantId, Consent before, Consent after) {
        boolean isChanged = before.known() != after.known()
                || !before.granted().equals(after.granted())
                || before.isGranted() != after.isGranted()
                || !Objects.equals(before.trouble(), after.trouble());
        if (isChanged) {
            schedule.ensure(tenantId, JobKind.CONSENT, Schedule.SAFETY_DELAY);
        }
    }

    private Consent followed(String tenantId, Consent before, Consent after) {
        boolean hasMore = !before.granted().containsAll(after.granted());
        if (hasMore) {
            // Also those that do not wait yet: one may be running and have looked before this was stored.
            NeededRoles.jobsThatNeed(
                            after.registration(), after.granted().stream().toList(), publishers.of(tenantId))
                    .forEach(kind -> {
                        if (schedule.find(tenantId, kind).isPresent()) {
                            schedule.runNow(tenantId, kind);
                        }
                    });
        }
        settle(tenantId);
        if (after.isGranted()) {
            listener.granted(tenantId, after.registration());
        }
        return after;
    }

    /** Does what follows of what is stored. Idempotent. */
    void settle(String tenantId) {
        Map<Registration, Consent> consents = new EnumMap<>(Registration.class);
        for (Registration registration : Registration.values()) {
            consents.put(registration, tell(tenantId, store.find(tenantId, registration)));
        }
        Registration publisher = publishers.of(tenantId);
        for (JobKind kind : JobKind.values()) {
            if (ConsentGate.missing(NeededRoles.of(kind, publisher), consents::get)
                            .isEmpty()
                    && schedule.find(tenantId, kind)
                            .filter(job -> ConsentGate.isWaiting(job.lastErrorCode()))
                            .isPresent()) {
                schedule.runNow(tenantId, kind);
            }
        }
        boolean isInUse = consents.values().stream().anyMatch(Consent::isInUse);
        boolean isTroubled = consents.values().stream().anyMatch(one -> one.isInUse() && !one.isGranted());
        if (isInUse) {
            schedule.every(tenantId, JobKind.CONSENT, isTroubled ? TROUBLED_INTERVAL : CHECK_INTERVAL);
        }
    }

    private Consent tell(String tenantId, Consent consent) {
        Consent.Trouble trouble = consent.trouble();
        if (trouble == null || trouble.told() != consent.isGranted()) {
            return consent;
        }
        // The mail's id names this trouble, so that it goes out once, however often this is repeated.
        if (consent.isGranted()) {
            notices.over(tenantId, consent, trouble, publishers.of(tenantId));
            return change(
                    tenantId,
                    consent.registration(),
                    now -> trouble.equals(now.trouble()) && now.isGranted() ? now.withTrouble(null) : now);
        }
        notices.begun(tenantId, consent, trouble, publishers.of(tenantId));
        return change(
                tenantId,
                consent.registration(),
                now -> trouble.equals(now.trouble()) ? now.withTrouble(trouble.asTold()) : now);
    }

    private Consent change(String tenantId, Registration registration, UnaryOperator<Consent> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Consent before = store.find(tenantId, registration);
            Consent after = change.apply(before);
            if (after.equals(before)) {
                return before;
            }
            Optional<Consent> stored = store.replace(tenantId, after);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        throw tooMany(tenantId);
    }

    private static IllegalStateException tooMany(String tenantId) {
        return new IllegalStateException("The consents of " + tenantId + " are changed by too many at once");
    }
}
