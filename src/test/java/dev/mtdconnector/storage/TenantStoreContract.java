package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.operator.TenantData;
import dev.mtdconnector.operator.TenantData.Place;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobStore;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.tenant.Consent;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Enterprises.Claim;
import dev.mtdconnector.tenant.GroupCheck;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the life of a tenant and its consents rely on of their stores. Every test has a tenant of its own. */
abstract class TenantStoreContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private Tenant tenant(@Nullable String name) {
        return new Tenant(
                tenant,
                new Details(name, "group", null, null, "a@b.example", "en"),
                "enterprise",
                Standing.ACTIVE,
                Map.of(),
                AT);
    }

    private Job job(JobKind kind) {
        return new Job(tenant, kind, AT, 0, 0, null, null, null, null, null, 0, null, null, null, null, null, null);
    }

    private List<JobStore.Hint> hints(JobTable store) {
        List<JobStore.Hint> hints = new ArrayList<>();
        String continuation = null;
        do {
            JobStore.Page page = store.dueUntil(AT, 100, continuation);
            page.hints().stream().filter(hint -> hint.tenantId().equals(tenant)).forEach(hints::add);
            continuation = page.continuation();
        } while (continuation != null);
        return hints;
    }

    @Test
    void aTenantsRecordIsChangedAsItIsAndWrittenOnlyWhenItChanges() {
        TenantTable store = new TenantTable(tables());
        assertThat(store.change(tenant, found -> found)).isEmpty();
        store.create(tenant("a"), List.of());
        Details details = new Details(null, "g1", "g2", "g3", "b@b.example", "ko");
        Map<Role, GroupCheck> checks = Map.of(
                Role.FULL, new GroupCheck("g1", GroupCheck.State.FOUND, "연결 <&> \u202e"),
                Role.READ_ONLY, new GroupCheck("g3", GroupCheck.State.NOT_FOUND, null));
        Standing left = Standing.ACTIVE.offboarded(AT, AT.plusSeconds(60)).deprovisioned(Standing.NOT_SET_UP);
        Tenant changed = store.change(
                        tenant, found -> found.with(details).with(checks).with(left))
                .orElseThrow();
        assertThat(store.find(tenant)).contains(changed);
        assertThat(changed.groupChecks()).isEqualTo(checks);
        assertThat(changed.details()).isEqualTo(details);

        // Whoever is slower sees what the faster one wrote.
        AtomicInteger calls = new AtomicInteger();
        Tenant both = store.change(tenant, found -> {
                    if (calls.getAndIncrement() == 0) {
                        store.change(
                                tenant,
                                other -> other.with(new Details("faster", "g1", "g2", "g3", "b@b.example", "ko")));
                    }
                    return found.with(Map.<Role, GroupCheck>of());
                })
                .orElseThrow();
        assertThat(calls).hasValue(2);
        assertThat(both.name()).isEqualTo("faster");
        assertThat(both.groupChecks()).isEmpty();
        assertThatThrownBy(() -> store.change(tenant, found -> {
                    throw new AppException(ErrorCode.TENANT_OFFBOARDED);
                }))
                .isInstanceOf(AppException.class);
        assertThat(store.find(tenant)).contains(both);
    }

    @Test
    void aTenantsRecordIsRemovedOnlyWhenItIsBeingDeleted() {
        TenantTable store = new TenantTable(tables());
        store.create(tenant("a"), List.of());
        store.remove(tenant);
        store.change(tenant, found -> found.with(found.standing().offboarded(AT, AT)));
        store.remove(tenant);
        assertThat(store.find(tenant)).isPresent();
        store.change(tenant, found -> found.with(found.standing().deleting(AT)));
        store.remove(tenant);
        assertThat(store.find(tenant)).isEmpty();
        store.remove(tenant);
    }

    @Test
    void anEnterpriseIsClaimedByOneAtATime() {
        EnterpriseTable store = new EnterpriseTable(tables());
        String enterprise = UUID.randomUUID().toString();
        assertThat(store.find(enterprise)).isEmpty();
        assertThat(store.save(new Claim(enterprise, tenant, AT, null))).isTrue();
        assertThat(store.save(new Claim(enterprise, "other", AT, null))).isFalse();
        Claim claim = store.find(enterprise).orElseThrow();
        assertThat(claim.tenantId()).isEqualTo(tenant);
        assertThat(store.save(new Claim(enterprise, tenant, AT.plusSeconds(1), claim.version())))
                .isTrue();
        store.remove(claim);
        assertThat(store.of(tenant)).extracting(Claim::claimedAt).containsExactly(AT.plusSeconds(1));
        store.of(tenant).forEach(store::remove);
        assertThat(store.find(enterprise)).isEmpty();
    }

    @Test
    void everythingOfATenantIsReadAndDeletedButWhatTheDeletionGoesBy() {
        KnownTables known = new KnownTables(tables());
        TenantTable tenants = new TenantTable(known);
        JobTable jobs = new JobTable(known);
        UnsupportedTable unsupported = new UnsupportedTable(known);
        TenantRows rows = new TenantRows(known);
        String neighbour = tenant.substring(0, 35) + (tenant.endsWith("0") ? "1" : "0");
        tenants.create(tenant("a"), List.of(KeyStoreContract.key(Key.Kind.API, "0123456789abcdef")));
        jobs.replace(null, job(JobKind.MAIL));
        jobs.replace(null, job(JobKind.OFFBOARD));
        for (int i = 0; i < 230; i++) {
            unsupported.save(tenant, new Unsupported("d" + i, "o", null, null, null, "user", null, "reason"));
        }
        unsupported.save(neighbour, new Unsupported("d", "o", null, null, null, "user", null, "reason"));

        List<Place> places = new ArrayList<>();
        TenantData.Page page = rows.read(tenant, null, 70);
        while (page.next() != null) {
            assertThat(page.items()).hasSize(70);
            page.items().forEach(item -> places.add(item.place()));
            page = rows.read(tenant, page.next(), 70);
        }
        page.items().forEach(item -> places.add(item.place()));
        assertThat(places).hasSize(2 + 2 + 230).doesNotHaveDuplicates();

        AtomicInteger looks = new AtomicInteger();
        assertThat(rows.delete(tenant, 100, looks::incrementAndGet)).isGreaterThanOrEqualTo(100);
        while (rows.delete(tenant, 100, looks::incrementAndGet) > 0) {
            assertThat(looks.get()).isLessThan(100);
        }
        assertThat(rows.read(tenant, null, 10).items())
                .extracting(item -> item.place().key())
                .containsExactly("offboard", "tenant");
        assertThat(hints(jobs)).extracting(JobStore.Hint::kind).containsExactly(JobKind.OFFBOARD);
        assertThat(unsupported.list(neighbour, 10)).hasSize(1);
        unsupported.remove(neighbour, "d");
    }

    @Test
    void aRowThatChangesWhileItsTenantIsDeletedIsLeftForTheNextTurn() {
        KnownTables known = new KnownTables(tables());
        UnsupportedTable unsupported = new UnsupportedTable(known);
        TenantRows rows = new TenantRows(known);
        unsupported.save(tenant, new Unsupported("d1", "o", null, null, null, "user", null, "reason"));
        unsupported.save(tenant, new Unsupported("d2", "o", null, null, null, "user", null, "reason"));
        Unsupported changed = new Unsupported("d1", "o", null, null, null, "user", null, "another reason");
        assertThat(rows.delete(tenant, 100, () -> unsupported.save(tenant, changed)))
                .isEqualTo(2);
        assertThat(unsupported.list(tenant, 10)).containsExactly(changed);
        assertThat(rows.delete(tenant, 100, () -> {})).isEqualTo(1);
        assertThat(rows.delete(tenant, 100, () -> {})).isZero();
    }

    // ---- consents

    private Consent consent(@Nullable String version) {
        return new Consent(
                Registration.PARTNER,
                true,
                Set.of("A.Read", "B.Read"),
                AT,
                AT.plusSeconds(1),
                new Consent.Confirmation("oid", "이름 <&>", AT.plusSeconds(2)),
                new Consent.Trouble(Consent.Trouble.Kind.MORE_NEEDED, AT.plusSeconds(3), true),
                version);
    }

    @Test
    void aConsentIsChangedOnlyAsItWasRead() {
        ConsentTable store = new ConsentTable(tables());
        assertThat(store.find(tenant, Registration.PARTNER)).isEqualTo(Consent.none(Registration.PARTNER));
        Consent first = store.replace(tenant, consent(null)).orElseThrow();
        assertThat(store.replace(tenant, consent(null))).isEmpty();
        assertThat(store.find(tenant, Registration.PARTNER)).isEqualTo(first);
        assertThat(first).isEqualTo(consent(first.version()));
        assertThat(store.find(tenant, Registration.BASE)).isEqualTo(Consent.none(Registration.BASE));

        Consent second = store.replace(tenant, first.withTrouble(null)).orElseThrow();
        assertThat(store.replace(tenant, first)).isEmpty();
        assertThat(store.find(tenant, Registration.PARTNER)).isEqualTo(second);
        Consent bare = Consent.none(Registration.PARTNER).withVersion(second.version());
        assertThat(store.replace(tenant, bare)).isPresent();
        assertThat(store.find(tenant, Registration.PARTNER).withVersion(null))
                .isEqualTo(Consent.none(Registration.PARTNER));
    }

    @Test
    void anAttemptIsUsedUpTogetherWithItsOutcome() {
        ConsentTable store = new ConsentTable(tables());
        store.saveAttempt(
                new ConsentStore.Attempt(tenant, "state", "browser", Registration.PARTNER, AT, null, null),
                AT.minusSeconds(1));
        ConsentStore.Attempt attempt = store.attempt(tenant, "state").orElseThrow();
        assertThat(attempt)
                .isEqualTo(new ConsentStore.Attempt(
                        tenant, "state", "browser", Registration.PARTNER, AT, null, attempt.version()));
        assertThat(store.attempt(tenant, "stat")).isEmpty();

        Consent outcome = store.finishAttempt(attempt, consent(null), AT).orElseThrow();
        assertThat(store.find(tenant, Registration.PARTNER)).isEqualTo(outcome);
        assertThat(store.attempt(tenant, "state").orElseThrow().usedAt()).isEqualTo(AT);
        assertThat(store.finishAttempt(attempt, outcome.withTrouble(null), AT))
                .as("it was used")
                .isEmpty();
        assertThat(store.find(tenant, Registration.PARTNER)).isEqualTo(outcome);

        store.saveAttempt(
                new ConsentStore.Attempt(tenant, "other", "browser", Registration.PARTNER, AT, null, null),
                AT.minusSeconds(1));
        ConsentStore.Attempt other = store.attempt(tenant, "other").orElseThrow();
        assertThat(store.finishAttempt(other, consent(null), AT))
                .as("the consent is another")
                .isEmpty();
        assertThat(store.attempt(tenant, "other").orElseThrow().usedAt()).isNull();
    }

    @Test
    void invitationsAreKeptUntilTheyExpireAndNotLongAfter() {
        ConsentTable store = new ConsentTable(tables());
        store.saveInvitation(tenant, "a", AT, AT.minusSeconds(1));
        assertThat(store.invitation(tenant, "a")).contains(AT);
        assertThat(store.invitation(tenant, "b")).isEmpty();
        assertThat(store.invitation(UUID.randomUUID().toString(), "a")).isEmpty();
        store.saveInvitation(tenant, "0", AT.plusSeconds(9), AT);
        assertThat(store.invitation(tenant, "a")).isEmpty();
        assertThat(store.invitation(tenant, "0")).isPresent();
    }
}
