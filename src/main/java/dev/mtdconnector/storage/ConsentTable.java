package dev.mtdconnector.storage;

import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.tenant.Consent;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.Registration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What tenants granted, {@code consent|<registration>}, consents on their way, {@code attempt|<hash>}, and invitations,
 * {@code invitation|<hash>}: one partition a tenant, so that an attempt and its outcome change together.
 */
public final class ConsentTable implements ConsentStore {

    private static final String CONSENT = "consent";
    private static final String ATTEMPT = "attempt";
    private static final String INVITATION = "invitation";

    private final Table table;

    public ConsentTable(Tables tables) {
        this.table = tables.table("consents");
    }

    @Override
    public Consent find(String tenantId, Registration registration) {
        return table.get(Keys.join(tenantId), Keys.join(CONSENT, registration.label()))
                .map(row -> consent(registration, row))
                .orElseGet(() -> Consent.none(registration));
    }

    @Override
    public Optional<Consent> replace(String tenantId, Consent consent) {
        return Writes.replace(table, row(tenantId, consent), consent.version()).map(consent::withVersion);
    }

    @Override
    public void saveAttempt(Attempt attempt, Instant now) {
        Row row = row(attempt);
        Writes.put(table, row);
        Expiry.clearAfter(table, row, ATTEMPT, now);
    }

    @Override
    public Optional<Attempt> attempt(String tenantId, String stateHash) {
        return table.get(Keys.join(tenantId), Keys.join(ATTEMPT, stateHash))
                .map(row -> new Attempt(
                        tenantId,
                        stateHash,
                        row.requiredText("browserHash"),
                        Registration.valueOf(row.requiredText("registration")),
                        row.requiredInstant("expiresAt"),
                        row.instant("usedAt"),
                        row.etag()));
    }

    @Override
    public Optional<Consent> finishAttempt(Attempt attempt, Consent outcome, Instant usedAt) {
        Row used = row(new Attempt(
                attempt.tenantId(),
                attempt.stateHash(),
                attempt.browserHash(),
                attempt.registration(),
                attempt.expiresAt(),
                usedAt,
                null));
        Row result = row(attempt.tenantId(), outcome);
        Change save = outcome.version() == null
                ? new Insert(result)
                : new Update(result, Mode.REPLACE, Objects.requireNonNull(outcome.version()));
        return Writes.tryTransact(table, List.of(new Update(used, Mode.REPLACE, attempt.version()), save))
                .map(etags -> outcome.withVersion(etags.get(1)));
    }

    @Override
    public void saveInvitation(String tenantId, String idHash, Instant validUntil, Instant now) {
        Row row = Row.of(
                Keys.join(tenantId),
                Keys.join(INVITATION, idHash),
                Columns.ofRow().instant("expiresAt", validUntil).map());
        Writes.put(table, row);
        Expiry.clearAfter(table, row, INVITATION, now);
    }

    @Override
    public Optional<Instant> invitation(String tenantId, String idHash) {
        return table.get(Keys.join(tenantId), Keys.join(INVITATION, idHash))
                .map(row -> row.requiredInstant("expiresAt"));
    }

    private static Row row(Attempt attempt) {
        return Row.of(
                Keys.join(attempt.tenantId()),
                Keys.join(ATTEMPT, attempt.stateHash()),
                Columns.ofRow()
                        .text("browserHash", attempt.browserHash())
                        .text("registration", attempt.registration().name())
                        .instant("expiresAt", attempt.expiresAt())
                        .instant("usedAt", attempt.usedAt())
                        .map());
    }

    private static Row row(String tenantId, Consent consent) {
        Columns columns = Columns.ofRow()
                .flag("known", consent.known())
                .text("granted", String.join(" ", consent.granted()))
                .instant("checkedAt", consent.checkedAt())
                .instant("grantedAt", consent.grantedAt());
        Consent.Confirmation confirmation = consent.confirmation();
        if (confirmation != null) {
            columns.text("confirmedById", confirmation.userId())
                    .text("confirmedByName", confirmation.name())
                    .instant("confirmedAt", confirmation.at());
        }
        Consent.Trouble trouble = consent.trouble();
        if (trouble != null) {
            columns.text("trouble", trouble.kind().name())
                    .instant("troubleSince", trouble.since())
                    .flag("troubleTold", trouble.told());
        }
        return Row.of(
                Keys.join(tenantId), Keys.join(CONSENT, consent.registration().label()), columns.map());
    }

    private static Consent consent(Registration registration, Row row) {
        return new Consent(
                registration,
                row.flag("known"),
                words(row.requiredText("granted")),
                row.instant("checkedAt"),
                row.instant("grantedAt"),
                confirmation(row),
                trouble(row),
                row.etag());
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(text.split(" ", -1)));
    }

    private static Consent.@Nullable Confirmation confirmation(Row row) {
        String userId = row.text("confirmedById");
        return userId == null
                ? null
                : new Consent.Confirmation(
                        userId, row.requiredText("confirmedByName"), row.requiredInstant("confirmedAt"));
    }

    private static Consent.@Nullable Trouble trouble(Row row) {
        String kind = row.text("trouble");
        return kind == null
                ? null
                : new Consent.Trouble(
                        Consent.Trouble.Kind.valueOf(kind),
                        row.requiredInstant("troubleSince"),
                        row.flag("troubleTold"));
    }
}
