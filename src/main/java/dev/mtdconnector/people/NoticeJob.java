package dev.mtdconnector.people;

import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.notify.LastLook;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.people.PeopleStore.Settings;
import dev.mtdconnector.people.PeopleStore.Summarised;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import dev.mtdconnector.threat.Policies;
import java.time.Clock;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the mails of new threats and the summaries that came due. What is due follows from what is stored, the ids of the
 * mails are fixed, and the note that something was told is written after them: a run that is cut off is made up by the next,
 * and tells nobody twice.
 */
public final class NoticeJob implements TenantJob, LastLook {

    private final PeopleStore store;
    private final People people;
    private final People.Membership membership;
    private final TenantStore tenants;
    private final MailOutbox mails;
    private final ThreatWindows windows;
    private final ThreatMails threats;
    private final Summaries summaries;
    private final Clock clock;

    public NoticeJob(
            PeopleStore store,
            People people,
            People.Membership membership,
            TenantStore tenants,
            Sources sources,
            MailOutbox mails,
            String publicUrl,
            Clock clock) {
        this.store = store;
        this.people = people;
        this.membership = membership;
        this.tenants = tenants;
        this.mails = mails;
        this.windows = new ThreatWindows(store, sources.devices(), sources.policies(), clock);
        this.threats = new ThreatMails(store, sources.devices(), sources.policies(), sources.connectors(), publicUrl);
        this.summaries = new Summaries(sources.devices(), sources.policies(), publicUrl);
        this.clock = clock;
    }

    /** What mails are made of. */
    public record Sources(DeviceStore devices, Policies policies, ConnectorStore connectors) {}

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Tenant> tenant = tenants.find(tenantId);
        if (tenant.isEmpty()) {
            return Outcome.obsolete();
        }
        List<Person> known = store.all(tenantId).stream()
                .filter(person -> person.address() != null)
                .toList();
        boolean isAnyRecorded = tellThreats(tenant.get(), known, context);
        isAnyRecorded |= summarise(tenant.get(), known, context);
        if (isAnyRecorded) {
            mails.sendSoon(tenantId);
        }
        return Outcome.finished();
    }

    private boolean tellThreats(Tenant tenant, List<Person> known, JobContext context) {
        String tenantId = tenant.tenantId();
        List<Person> wanting = known.stream().filter(Person::wantsThreats).toList();
        if (wanting.isEmpty()) {
            windows.pause(tenantId);
            return false;
        }
        OptionalLong window = windows.open(tenantId, context::checkpoint);
        if (window.isEmpty()) {
            return false;
        }
        long number = window.getAsLong();
        List<ThreatMails.Open> standing = threats.standing(tenantId, number);
        for (Person person : wanting) {
            context.checkpoint();
            String address = person.address();
            if (address != null && people.isStillHere(person, membership)) {
                threats.of(person, address, number, standing, tenant.language())
                        .ifPresent(draft -> mails.record(tenantId, draft));
            }
        }
        context.checkpoint();
        windows.close(tenantId, number);
        return true;
    }

    private boolean summarise(Tenant tenant, List<Person> known, JobContext context) {
        String tenantId = tenant.tenantId();
        Settings settings = store.settings(tenantId);
        Map<Period, LocalDate> due = new EnumMap<>(Period.class);
        for (Period period : Period.values()) {
            LocalDate latest = period.latestDue(clock.instant(), settings.zone());
            Optional<Summarised> last = store.summarised(tenantId, period);
            if (last.isEmpty()) {
                // Counting begins: what came due before anybody was here is nobody's summary.
                store.saveSummarised(tenantId, period, new Summarised(latest, Map.of()));
            } else if (latest.isAfter(last.get().due())) {
                due.put(period, latest);
            }
        }
        if (due.isEmpty()) {
            return false;
        }
        boolean isAnyWanted = known.stream()
                .anyMatch(person ->
                        due.keySet().stream().anyMatch(period -> person.on().contains(period.topic())));
        Map<String, Long> counts = isAnyWanted ? summaries.count(tenantId, context::checkpoint) : Map.of();
        boolean isAnyRecorded = false;
        for (Map.Entry<Period, LocalDate> one : due.entrySet()) {
            Summarised now = new Summarised(one.getValue(), counts);
            isAnyRecorded |= record(tenant, known, one.getKey(), now, settings, context);
            context.checkpoint();
            store.saveSummarised(tenantId, one.getKey(), now);
        }
        return isAnyRecorded;
    }

    private boolean record(
            Tenant tenant, List<Person> known, Period period, Summarised now, Settings settings, JobContext context) {
        @Nullable
        Summarised before = store.summarised(tenant.tenantId(), period)
                .filter(one -> !one.counts().isEmpty())
                .orElse(null);
        boolean isAnyRecorded = false;
        for (Person person : known) {
            context.checkpoint();
            String address = person.address();
            if (address != null && person.on().contains(period.topic()) && people.isStillHere(person, membership)) {
                String name = Objects.requireNonNullElse(tenant.name(), tenant.tenantId());
                mails.record(
                        tenant.tenantId(),
                        summaries.of(person, address, period, now, before, settings.zone(), name, tenant.language()));
                isAnyRecorded = true;
            }
        }
        return isAnyRecorded;
    }

    /** A mail goes only to who is still an administrator, and with what they still want and what is still so. */
    @Override
    public Optional<MailOutbox.Draft> at(String tenantId, MailOutbox.Draft draft) {
        String id = draft.id();
        if (!id.startsWith(ThreatMails.PREFIX) && !id.startsWith(Summaries.PREFIX)) {
            return Optional.of(draft);
        }
        Optional<Person> found = store.find(tenantId, id.substring(id.length() - 36));
        if (found.isEmpty() || !draft.to().equals(found.get().address())) {
            return Optional.empty();
        }
        Person person = found.get();
        if (!people.isStillHere(person, membership)) {
            return Optional.empty();
        }
        Optional<Long> window = ThreatMails.windowOf(id, person.userId());
        if (window.isPresent()) {
            String language = tenants.find(tenantId).map(Tenant::language).orElse("");
            return threats.of(person, draft.to(), window.get(), threats.standing(tenantId, window.get()), language);
        }
        return Summaries.periodOf(id)
                .filter(period -> person.on().contains(period.topic()))
                .map(period -> draft);
    }
}
