package dev.mtdconnector.bench;

import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.FeedConnection;
import dev.mtdconnector.feed.FeedNotices;
import dev.mtdconnector.feed.FeedProgress;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.feed.RiskFeedJob;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.lookout.LookoutClient;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The feed as it is wired in a deployment, of a tenant that has just connected it. */
final class FeedProduct {

    private static final ApplicationKey KEY = new ApplicationKey("the-key-of-contoso");
    private static final int YEAR = 365;

    private final SettableClock clock = new SettableClock(FeedWorld.START);
    private final EventIntake intake;
    private final RiskFeedJob job;
    private Runnable atCheckpoint = () -> {};

    private final Tenant tenant = new Tenant(
            FeedWorld.TENANT,
            new Details("Contoso", "group", null, null, "a@b.example", "en"),
            FeedWorld.ENTERPRISE,
            Standing.ACTIVE,
            Map.of(),
            FeedWorld.START);

    /**
     * @param tables what a run of the feed reads and writes; tenants, errors and mails are in memory
     */
    FeedProduct(Tables tables, URI vendor) {
        MemoryTables others = new MemoryTables();
        TenantTable tenants = new TenantTable(others);
        tenants.create(tenant, List.of());
        Schedule schedule = new Schedule(new JobTable(tables), new MemoryQueues(clock), clock);
        SealedSecrets sealed = new SealedSecrets(
                SealedSecrets.keys("k1:" + Base64.getEncoder().encodeToString(new byte[32])), new SecureRandom());
        IntakeTable store = new IntakeTable(tables);
        DeviceTable devices = new DeviceTable(tables, clock);
        this.intake = new EventIntake(store, store.parked(), new IntakeLogTable(tables), devices, schedule, clock);
        FeedTable feeds = new FeedTable(tables);
        feeds.save(FeedWorld.TENANT, connection(sealed), progress());
        RiskApi api = new LookoutClient(vendor, clock);
        this.job = new RiskFeedJob(
                tenants,
                feeds,
                api,
                sealed,
                intake,
                store,
                devices,
                new FeedNotices(
                        feeds,
                        new ErrorRecords(new ErrorTable(others), clock),
                        new MailOutbox(new MailTable(others), schedule, clock),
                        clock),
                tenantId -> false,
                clock);
    }

    /** As enrollment leaves them. */
    static void enroll(Tables tables, int devices) {
        new DeviceTable(tables, new SettableClock(FeedWorld.START))
                .open(FeedWorld.TENANT, false)
                .enroll(
                        IntStream.range(0, devices)
                                .mapToObj(i -> new DirectoryFacts(
                                        FeedWorld.id("dddddddd", i),
                                        "object" + i,
                                        "Phone",
                                        Platform.IOS,
                                        "18",
                                        null,
                                        null,
                                        "u" + i,
                                        null))
                                .toList(),
                        true);
    }

    private FeedConnection connection(SealedSecrets sealed) {
        return new FeedConnection(
                sealed.seal(FeedWorld.TENANT, RiskFeedJob.PURPOSE, KEY.secret()),
                KEY.fingerprint(),
                clock.instant(),
                clock.instant().plus(Duration.ofDays(YEAR)),
                false,
                Duration.ofMinutes(1),
                null,
                clock.instant(),
                false,
                null);
    }

    private FeedProgress progress() {
        var asOf = clock.instant().minus(Duration.ofMinutes(5));
        return new FeedProgress(
                new FeedProgress.Reading(FeedProgress.Phase.DEVICES, FeedProgress.Reason.FIRST, asOf, null, null),
                new FeedProgress.Position(null, asOf, true, RiskApi.MOST),
                null,
                new FeedProgress.Rhythm(null, 0, null, asOf),
                false,
                FeedProgress.NOT_WARNED,
                Map.of(),
                null);
    }

    /** Has something done whenever a run gives a sign of life, which is before each request and each device. */
    void atCheckpoint(Runnable act) {
        atCheckpoint = act;
    }

    /** The days of the events are over. */
    void later() {
        clock.set(FeedWorld.START.plus(FeedWorld.DAYS));
    }

    /** Runs until all there is has been read. */
    void read() {
        JobContext context = () -> atCheckpoint.run();
        Outcome outcome;
        do {
            outcome = job.run(FeedWorld.TENANT, context);
        } while (outcome instanceof Outcome.Again);
        if (!(outcome instanceof Outcome.Finished)) {
            throw new IllegalStateException("The reading ended with " + outcome);
        }
    }

    /** What {@code POST /events} does with a body. */
    void take(String body) {
        EventIntake.Result result = intake.accept(tenant, body);
        if (!result.rejected().isEmpty()) {
            throw new IllegalStateException(String.valueOf(result.rejected().get(0)));
        }
    }
}
