package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionCheckStore.Check;
import dev.mtdconnector.connector.ConnectionHealth;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.IntuneStatus;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.notify.ErrorRecords.Episode;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.notify.ErrorReport;
import dev.mtdconnector.notify.ErrorReport.Memory;
import dev.mtdconnector.notify.ErrorReportStore;
import dev.mtdconnector.notify.ErrorReportStore.Reported;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.Poisons.Poison;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobScan;
import dev.mtdconnector.schedule.JobStore;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantKey;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the features rely on of their stores, whatever tables stand behind them. Every test has a tenant of its own. */
abstract class StoreContract extends SessionContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();
    private final SettableClock clock = new SettableClock(AT);

    // ---- tenants

    private Tenant tenant(@Nullable String name) {
        return new Tenant(
                tenant,
                new Details(name, "group", null, null, "a@b.example", "en"),
                "enterprise",
                Standing.ACTIVE,
                Map.of(),
                AT);
    }

    @Test
    void aTenantIsStoredWithItsKeysOrNotAtAll() {
        TenantTable store = new TenantTable(tables());
        TenantKey key = KeyStoreContract.key(Key.Kind.API, "0123456789abcdef");
        assertThat(store.find(tenant)).isEmpty();
        assertThat(store.create(tenant("연결 <&>"), List.of(key))).isTrue();
        assertThat(store.find(tenant)).contains(tenant("연결 <&>"));
        assertThat(store.key(tenant, Key.Kind.API, key.keyId())).contains(key);
        assertThat(store.key(tenant, Key.Kind.FEED, key.keyId())).isEmpty();

        TenantKey other = KeyStoreContract.key(Key.Kind.FEED, "fedcba9876543210");
        assertThat(store.create(tenant(null), List.of(other))).isFalse();
        assertThat(store.key(tenant, Key.Kind.FEED, other.keyId())).isEmpty();
        assertThat(store.find(tenant).orElseThrow().name()).isEqualTo("연결 <&>");
    }

    // ---- connectors

    @Test
    void aConnectorIsChangedOnlyAsItWasRead() {
        ConnectorTable store = new ConnectorTable(tables());
        assertThat(store.find(tenant)).isEmpty();
        assertThat(store.create(Connector.create(tenant, 10, AT))).isTrue();
        assertThat(store.create(Connector.create(tenant, 20, AT))).isFalse();
        Connector read = store.find(tenant).orElseThrow();
        Connector changed = read.with(new Connector.Enrollment(
                        List.of(
                                new Connector.EnrollmentGroup("1", "A | \\ / # ? %"),
                                new Connector.EnrollmentGroup("2", " ")),
                        7,
                        false,
                        true,
                        33))
                .withErrorEmail("a@b.example")
                .with(new Publishing(
                        PublishTarget.attribute(7),
                        Publishing.Mode.OBSERVE,
                        30,
                        12,
                        new PublishOptions(true, PublishOptions.Of.DEVICES, PublishOptions.Threshold.HIGH, AT)));
        assertThat(store.update(changed)).isTrue();
        assertThat(store.update(read.withHeartbeat(1))).isFalse();

        Connector now = store.find(tenant).orElseThrow();
        assertThat(now).usingRecursiveComparison().ignoringFields("version").isEqualTo(changed);
        assertThat(store.update(now.with(new Connector.Enrollment(List.of(), 5, true, false, 20))))
                .isTrue();
        assertThat(store.find(tenant).orElseThrow().groups()).isEmpty();
    }

    @Test
    void beatsAreKeptBesideTheSettings() {
        ConnectorTable store = new ConnectorTable(tables());
        assertThat(store.beats(tenant)).isEqualTo(Beats.NONE);
        store.saveBeats(tenant, new Beats(AT, null, null));
        store.saveBeats(tenant, new Beats(AT, AT, AT, true));
        assertThat(store.beats(tenant)).isEqualTo(new Beats(AT, AT, AT, true));
        assertThat(store.find(tenant)).isEmpty();
    }

    @Test
    void whatACheckFoundIsKeptUnderItsVersion() {
        ConnectorTable store = new ConnectorTable(tables());
        assertThat(store.check(tenant)).isEqualTo(Check.NONE);
        IntuneStatus shown = new IntuneStatus("aNewWord", AT, 5, true, false);
        Check first = new Check(
                shown,
                AT,
                ErrorCode.INTUNE_SHOWS_ERROR,
                AT,
                ConnectionHealth.Alarm.ESCALATED,
                ErrorCode.INTUNE_NOT_LISTED,
                null);
        assertThat(store.save(tenant, first)).isTrue();
        assertThat(store.save(tenant, first)).as("there is one").isFalse();
        Check read = store.check(tenant);
        assertThat(read).usingRecursiveComparison().ignoringFields("version").isEqualTo(first);
        Check bare =
                new Check(IntuneStatus.NOT_LISTED, null, null, null, ConnectionHealth.Alarm.NONE, null, read.version());
        assertThat(store.save(tenant, bare)).isTrue();
        assertThat(store.save(tenant, bare)).as("an old version").isFalse();
        assertThat(store.check(tenant))
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(bare);
        assertThat(store.beats(tenant)).isEqualTo(Beats.NONE);
    }

    // ---- jobs

    private Job job(Instant dueAt) {
        return new Job(
                tenant,
                JobKind.MAIL,
                dueAt,
                60,
                3,
                AT,
                AT,
                AT,
                AT,
                "lease",
                2,
                "code",
                AT,
                AT,
                AT,
                Trigger.REQUEST,
                null);
    }

    private List<JobStore.Hint> hints(JobTable store, Instant until) {
        List<JobStore.Hint> hints = new ArrayList<>();
        String continuation = null;
        do {
            JobStore.Page page = store.dueUntil(until, 7, continuation);
            page.hints().stream().filter(hint -> hint.tenantId().equals(tenant)).forEach(hints::add);
            continuation = page.continuation();
        } while (continuation != null);
        return hints;
    }

    @Test
    void theJobsOfAllTenantsAreLookedThroughPageByPage() {
        JobTable store = new JobTable(tables());
        Job stored = store.replace(null, job(AT)).orElseThrow();
        List<Job> found = new ArrayList<>();
        String continuation = null;
        do {
            JobScan.Part part = store.jobs(3, continuation);
            part.jobs().stream().filter(one -> one.tenantId().equals(tenant)).forEach(found::add);
            continuation = part.continuation();
        } while (continuation != null);
        assertThat(found).containsExactly(stored);
    }

    @Test
    void aJobIsFoundByTheMinuteInWhichItIsDue() {
        JobTable store = new JobTable(tables());
        Job stored = store.replace(null, job(AT)).orElseThrow();
        assertThat(store.replace(null, job(AT))).isEmpty();
        assertThat(store.find(tenant, JobKind.MAIL)).contains(stored);
        assertThat(stored.dueAt()).isEqualTo(Instant.parse("2026-11-21T09:00:00.123Z"));
        assertThat(hints(store, AT.minusSeconds(1))).isEmpty();
        assertThat(hints(store, AT)).containsExactly(JobStore.Hint.of(stored));

        Job later = new Job(
                tenant,
                JobKind.MAIL,
                AT.plusSeconds(3600),
                0,
                4,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                stored.version());
        Job moved = store.replace(stored, later).orElseThrow();
        assertThat(store.find(tenant, JobKind.MAIL)).contains(moved);
        assertThat(hints(store, AT)).isEmpty();
        assertThat(hints(store, AT.plusSeconds(3600))).containsExactly(JobStore.Hint.of(moved));
        assertThat(store.replace(stored, job(AT))).as("an old version").isEmpty();
        assertThat(store.remove(stored)).isFalse();
        assertThat(store.remove(moved)).isTrue();
        assertThat(store.find(tenant, JobKind.MAIL)).isEmpty();
        assertThat(store.remove(moved)).isFalse();
        assertThat(hints(store, AT.plusSeconds(3600))).isEmpty();
    }

    @Test
    void aJobThatIsNeverDueStandsInNoIndex() {
        JobTable store = new JobTable(tables());
        store.replace(null, job(Job.NEVER));
        assertThat(hints(store, Job.NEVER.plusSeconds(60))).isEmpty();
    }

    // ---- devices

    private static String id(int number) {
        return String.format("00000000-0000-4000-8000-%012x", number);
    }

    private static Device device(int number) {
        return Device.pending(new Device.DirectoryFacts(
                id(number), "object" + number, "Phone " + number, Platform.ANDROID, null, "x", null, "user", null));
    }

    private static Threat threat(String guid, int second, Threat.Status status) {
        Instant at = AT.plusSeconds(second);
        return new Threat(
                guid,
                status,
                new Threat.Finding(List.of("TROJAN", "NEW_ONE"), RiskLevel.HIGH, "APPLICATION"),
                at,
                at,
                "e" + second,
                null,
                null);
    }

    private static Threat rated(String guid, @Nullable String feedLevel, String vendorGuid) {
        return new Threat(
                guid,
                Threat.Status.OPEN,
                new Threat.Finding(List.of("ADWARE"), RiskLevel.NONE, feedLevel, "APPLICATION", Threat.Subject.UNKNOWN),
                AT,
                AT,
                "e",
                vendorGuid,
                null);
    }

    private static final Device FULL = device(7)
            .activated(AT)
            .healthy(AT)
            .withAgent(new Device.Agent("1.0", "15", null, Map.of(), AT, null, null, AT))
            .withFeed(new Device.Feed(id(9), AT, "event").saying("THREATS_LOW"))
            .with(rated(id(3), "ADVISORY", id(9)))
            .with(rated(id(4), null, id(9)))
            .with(threat(id(1), 1, Threat.Status.OPEN))
            .with(threat(id(2), 2, Threat.Status.RESOLVED))
            .withTold(new Told(ThreatState.LOW, "message", AT, AT));

    @Test
    void aDeviceComesBackAsItWasStored() {
        DeviceTable store = new DeviceTable(tables(), clock);
        assertThat(store.find(tenant, id(7))).isEmpty();
        assertThat(store.change(tenant, id(7), device -> FULL)).isEmpty();
        assertThat(add(store, List.of(device(7)))).isEqualTo(1);
        assertThat(store.find(tenant, id(7))).contains(device(7));
        assertThat(store.isOutstanding(tenant, id(7))).isFalse();

        DeviceStore.Changed changed =
                store.change(tenant, id(7), device -> FULL).orElseThrow();
        assertThat(changed).isEqualTo(new DeviceStore.Changed(device(7), FULL, true));
        assertThat(store.find(tenant, id(7))).contains(FULL);
        assertThat(store.change(tenant, id(7), device -> device).orElseThrow())
                .isEqualTo(new DeviceStore.Changed(FULL, FULL, true));
        Device heard = FULL.withAgent(Device.Agent.NONE);
        assertThat(store.change(tenant, id(7), device -> heard).orElseThrow())
                .as("it still waits for its earlier change")
                .isEqualTo(new DeviceStore.Changed(FULL, heard, true));
        store.change(tenant, id(7), device -> FULL);
        assertThat(store.list(tenant, 10, null)).isEqualTo(new DeviceStore.Page(List.of(FULL), null));
    }

    @Test
    void aDeviceThatIsHandedOverIsFoundByItsNewUserAndNoRunIsDisturbed() {
        DeviceTable store = new DeviceTable(tables(), clock);
        add(store, List.of(device(7)));
        Device known = FULL.withFacts(FULL.facts().inIntune("in-intune", "company"));
        store.change(tenant, id(7), device -> known);
        DeviceRegister.Writing run = store.open(tenant, false);
        DirectoryFacts before = device(7).facts();
        DirectoryFacts facts = new DirectoryFacts(
                before.deviceId(),
                before.objectId(),
                null,
                before.platform(),
                null,
                null,
                null,
                id(90),
                "new@x.example");

        Device after = store.handOver(tenant, facts).orElseThrow();
        assertThat(after)
                .as("with what only Intune says of it")
                .isEqualTo(known.handedOver(facts.inIntune("in-intune", "company")));
        assertThat(store.find(tenant, id(7))).contains(after);
        assertThat(store.isOutstanding(tenant, id(7))).isTrue();
        assertThat(store.handOver(tenant, facts)).contains(after);
        assertThat(run.devicesOf(id(90))).containsExactly(id(7));
        assertThat(run.devicesOf(before.userId())).isEmpty();

        assertThat(run.leave(List.of(id(7)), false)).as("the run goes on").isEqualTo(1);
        assertThat(store.handOver(tenant, before)).as("out of scope").isEmpty();
        assertThat(store.handOver(tenant, device(8).facts())).as("unknown").isEmpty();
    }

    /** As a sync does. */
    private int add(DeviceTable store, List<Device> devices) {
        return store.open(tenant, false)
                .enroll(devices.stream().map(Device::facts).toList(), true)
                .arrived()
                .size();
    }

    @Test
    void pagesHoldEveryDeviceOnceWithItsThreats() {
        DeviceTable store = new DeviceTable(tables(), clock);
        List<Device> many = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            many.add(device(i));
        }
        add(store, many);
        for (int i = 0; i < 25; i += 2) {
            store.change(
                    tenant,
                    id(i),
                    device -> device.with(threat(id(1), 1, Threat.Status.OPEN))
                            .with(threat(id(2), 2, Threat.Status.OPEN)));
        }
        for (int limit : new int[] {1, 4, 24, 25, 26}) {
            List<Device> found = new ArrayList<>();
            String cursor = null;
            do {
                DeviceStore.Page page = store.list(tenant, limit, cursor);
                assertThat(page.devices()).hasSizeLessThanOrEqualTo(limit);
                found.addAll(page.devices());
                cursor = page.next();
            } while (cursor != null);
            assertThat(found)
                    .extracting(Device::deviceId)
                    .isEqualTo(many.stream().map(Device::deviceId).toList());
            assertThat(found)
                    .allSatisfy(device -> assertThat(device.threats())
                            .hasSize(Integer.parseInt(device.deviceId().substring(24), 16) % 2 == 0 ? 2 : 0));
        }
        assertThat(store.list(tenant, 1, id(24))).isEqualTo(new DeviceStore.Page(List.of(), null));
    }

    @Test
    void aChangeThatMeetsAnotherIsAppliedOnTopOfIt() {
        DeviceTable store = new DeviceTable(tables(), clock);
        add(store, List.of(device(7)));
        int[] tries = {0};
        store.change(tenant, id(7), device -> {
            if (tries[0]++ == 0) {
                store.change(tenant, id(7), other -> other.with(threat(id(1), 1, Threat.Status.OPEN)));
            }
            return device.activated(AT);
        });
        Device after = store.find(tenant, id(7)).orElseThrow();
        assertThat(tries[0]).isEqualTo(2);
        assertThat(after.openThreats()).hasSize(1);
        assertThat(after.activation()).isEqualTo(Device.Activation.ACTIVATED);
    }

    // ---- the rest

    @Test
    void theLastCredentialOfADeviceCounts() {
        CredentialTable store = new CredentialTable(tables());
        store.save(tenant, id(1), "lena", "first", AT);
        store.save(tenant, id(1), null, "second", AT);
        assertThat(store.find(tenant, id(1)).map(found -> found.secretHash())).contains("second");
        assertThat(store.remove(tenant, id(1))).isTrue();
        assertThat(store.remove(tenant, id(1))).isFalse();
        assertThat(store.find(tenant, id(1))).isEmpty();
    }

    @Test
    void unsupportedDevicesAreListedUntilRemoved() {
        UnsupportedTable store = new UnsupportedTable(tables());
        Unsupported laptop = new Unsupported(id(1), "o", null, "Windows", null, "user", null, "platform");
        store.save(tenant, laptop);
        store.save(tenant, laptop);
        assertThat(store.find(tenant, id(1))).contains(laptop);
        assertThat(store.list(tenant, 10)).containsExactly(laptop);
        store.remove(tenant, id(1));
        store.remove(tenant, id(1));
        assertThat(store.list(tenant, Integer.MAX_VALUE)).isEmpty();
    }

    private static ErrorRecord record(String job, @Nullable Instant recoveredAt, @Nullable String version) {
        List<Episode> before = List.of(new Episode(AT.minusSeconds(60), AT.minusSeconds(50), 2, AT.minusSeconds(40)));
        return new ErrorRecord(
                job, "intune.refused", AT, AT, 3, recoveredAt, "message", "id", job.equals("publish"), before, version);
    }

    @Test
    void errorRecordsAreFoundByJobAndCodeAndReplacedAsTheyWereRead() {
        ErrorTable store = new ErrorTable(tables());
        assertThat(store.replace(tenant, record("publish", null, null))).isTrue();
        assertThat(store.replace(tenant, record("publish", AT, null))).isFalse();
        assertThat(store.replace(tenant, record("publish-more", AT, null))).isTrue();
        ErrorRecord read = store.find(tenant, "publish", "intune.refused").orElseThrow();
        assertThat(read).isEqualTo(record("publish", null, read.version()));
        assertThat(store.ofJob(tenant, "publish")).containsExactly(read);
        assertThat(store.list(tenant, 10)).hasSize(2);
        assertThat(store.list(tenant, 1)).hasSize(1);

        assertThat(store.replace(tenant, record("publish", AT, read.version()))).isTrue();
        assertThat(store.replace(tenant, record("publish", null, read.version())))
                .isFalse();
        assertThat(store.find(tenant, "publish", "intune.refused").orElseThrow().recoveredAt())
                .isEqualTo(AT);
    }

    @Test
    void whatWasReportedIsReadAsItWasStored() {
        ErrorReportTable store = new ErrorReportTable(tables());
        assertThat(store.find(tenant)).isEmpty();
        Memory memory = new Memory(
                List.of(
                        new ErrorReport.Told("intune.unavailable", AT, AT, "a@b.example", 2, null),
                        new ErrorReport.Told("job.poisoned/publish", AT, AT, "é@b.example", 0, AT)),
                List.of(AT, AT.plusSeconds(1)),
                3);
        Memory after = new Memory(List.of(), memory.sent(), 0);
        MailOutbox.Draft draft = new MailOutbox.Draft("error-report-7", "a@b.example", "Betreff é", "Zeile\nZeile");
        Reported full = new Reported(
                7, memory, new ErrorReportStore.OnItsWay(draft, AT, after), Map.of("x@b.example", AT), null);
        Reported stored = store.replace(tenant, full).orElseThrow();
        assertThat(store.find(tenant)).contains(stored);
        assertThat(store.replace(tenant, full)).isEmpty();
        Reported empty = new Reported(8, new Memory(List.of(), List.of(), 0), null, Map.of(), stored.version());
        Reported cleared = store.replace(tenant, empty).orElseThrow();
        assertThat(store.find(tenant)).contains(cleared);
        assertThat(cleared.onItsWay()).isNull();
        assertThat(store.replace(tenant, empty)).isEmpty();
    }

    private Poison poison(String queue, long count, @Nullable String version) {
        return new Poison(tenant, queue, tenant, AT, AT, count, "cause", "id", null, version);
    }

    @Test
    void givenUpMessagesOfAllTenantsAreListedInPages() {
        PoisonTable store = new PoisonTable(tables());
        assertThat(store.replace(poison("publish", 0, null))).isTrue();
        assertThat(store.replace(poison("mail", 1, null))).isTrue();
        assertThat(store.replace(poison("sweep", 2, null))).isTrue();
        assertThat(store.replace(poison("sweep", 3, null))).isFalse();
        String first = "mail~" + tenant;
        assertThat(store.list(1000, null))
                .filteredOn(poison -> poison.place().equals(tenant))
                .extracting(Poison::queue)
                .containsExactly("mail", "sweep");
        assertThat(store.list(1000, first))
                .filteredOn(poison -> poison.place().equals(tenant))
                .extracting(Poison::id)
                .containsExactly("sweep~" + tenant);
        assertThat(store.list(1, first)).hasSize(1);

        Poison read = store.find(tenant, "sweep").orElseThrow();
        assertThat(read).isEqualTo(poison("sweep", 2, read.version()));
        assertThat(store.replace(poison("sweep", 3, read.version()))).isTrue();
        assertThat(store.remove(read)).isFalse();
        assertThat(store.remove(store.find(tenant, "sweep").orElseThrow())).isTrue();
        assertThat(store.find(tenant, "sweep")).isEmpty();
    }

    @Test
    void aMailIsPendingUntilItIsFinished() {
        MailTable store = new MailTable(tables());
        MailOutbox.Draft draft = new MailOutbox.Draft("invitation-1", "a@b.example", "Betreff é", "Zeile\nZeile");
        store.insert(tenant, draft, AT);
        store.insert(tenant, new MailOutbox.Draft("invitation-1", "x@b.example", "", ""), AT);
        assertThat(store.pending(tenant, 10)).containsExactly(new MailOutbox.Pending(draft, AT));
        store.finish(tenant, draft.id(), AT, null);
        store.finish(tenant, draft.id(), AT, "REFUSED");
        store.insert(tenant, draft, AT);
        assertThat(store.pending(tenant, 10)).isEmpty();
    }
}
